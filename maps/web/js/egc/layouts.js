// The versions of an area's layout: what the check found, who accepted, and drawing the next one.

import { get, post } from "../api.js";
import { el } from "../dom.js";
import { day, number, t } from "../i18n.js";
import { openFault } from "../panel.js";
import { askInDialog } from "./form.js";
import { keeps } from "./roles.js";

const PER_DEGREE = 120;

async function draw(area, again) {
  const newest = area.record.layouts.reduce((a, b) => (a && a.version > b.version ? a : b), null);
  try {
    const [{ openLayout }, { outlineOf }, { fromRuns }, start] = await Promise.all([
      import("../layout/editor.js"), import("../cells/parts.js"), import("../cells/set.js"), newest ? get(`/operation/${area.id}/layouts/${newest.id}`) : { features: [] }]);
    const whole = (runs) => ({ type: "MultiPolygon", coordinates: outlineOf(fromRuns(runs)).map((rings) => rings.map((ring) => [...ring, ring[0]].map(([col, row]) => [col / PER_DEGREE, row / PER_DEGREE]))) });
    openLayout({
      area: area.id,
      heading: () => t("layoutOf", { code: area.line.code ?? "" }),
      ground: area.shape.geometry,
      portions: area.inside.map((one) => ({ geometry: whole(one.runs), label: one.cooperative ?? one.code ?? "" })),
      kinds: area.words.kinds,
      onDay: area.record.on,
      start: { features: start.features, version: newest?.version ?? 0 },
      left: again,
    });
  } catch (error) {
    if (error.status === undefined) throw error;
    openFault(error);
  }
}

function decide(area, layout, again) {
  askInDialog({
    title: t("decideLayout", { n: number(layout.version) }),
    note: t("secondPerson"),
    fields: [{ name: "accepted", label: t("decision"), choices: [["yes", t("accept")], ["no", t("refuse")]] }, { name: "reason", label: t("reason"), required: true, maxlength: 4000 }],
    go: t("decide"),
    send: ({ accepted, reason }) => post(`/operation/${area.id}/layouts/${layout.id}/decision`, { on_day: area.record.on, accepted: accepted === "yes", reason }),
    done: again,
  });
}

function decisionText({ decision, blocking }) {
  if (decision) return t(decision.accepted ? "acceptedOn" : "refusedOn", { day: day(decision.on_day), reason: decision.reason });
  return blocking ? t("blockedBy", { n: number(blocking) }) : t("undecided");
}

/** Return the section of layouts. */
export function layoutsSection(area, again) {
  const row = (layout) => el("li", { class: "line", "data-layout": layout.version },
    el("strong", {}, t("layoutVersion", { n: number(layout.version) })), el("p", { class: "quiet" }, `${day(layout.on_day)} · ${t("featuresOf", { n: number(layout.features) })}`),
    el("p", {}, decisionText(layout)),
    keeps() && !layout.decision && !layout.blocking && el("div", { class: "actions left" }, el("button", { type: "button", class: "plain small", "data-decide": layout.version, click: () => decide(area, layout, again) }, t("decide"))));
  const newest = [...area.record.layouts].sort((a, b) => b.version - a.version);
  return el("section", { class: "egc-section" }, el("h3", {}, t("layouts")),
    newest.length ? el("ul", { class: "rows" }, newest.map(row)) : el("p", { class: "empty" }, t("noLayout")),
    keeps() && el("div", { class: "actions left" }, el("button", { type: "button", class: "primary", "data-do": "draw-layout", click: () => draw(area, again) }, t("drawLayout"))));
}
