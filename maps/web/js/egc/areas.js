// The artisanal areas that whoever signed in may see, each with state, ground, people and what stands.

import { get } from "../api.js";
import { el, stylesheet } from "../dom.js";
import { addTexts, day, number, pick, t } from "../i18n.js";
import { focusPanel, openFault, openLoading, openPanel, plainHeading } from "../panel.js";
import { cellsText } from "../rows.js";
import { openArea } from "./area.js";
import { EGC_TEXTS } from "./texts.js";

addTexts(EGC_TEXTS);

const ONE_BY_ONE = 4; // cooperatives named in a line; further ones are counted

/** Return the dates of an area: since when it holds ground, and when it ends. */
export function datesOf({ held_from: from, ends_on: until }) {
  const since = from ? t("areaSince", { day: day(from) }) : t("areaSinceUnknown");
  return `${since} · ${until ? t("areaUntil", { day: day(until) }) : t("areaNoEnd")}`;
}

/** Return the names of cooperatives in words. */
export function cooperativesOf(names) {
  if (!names.length) return t("noCooperative");
  const shown = names.slice(0, ONE_BY_ONE).map((name) => name ?? t("nameWithheld"));
  const more = names.length - shown.length;
  return [...shown, more > 0 && t("andMore", { n: number(more) })].filter(Boolean).join(", ");
}

function standing({ findings, incidents }) {
  const parts = [findings > 0 && t("findingsStand", { n: number(findings) }), incidents > 0 && t("incidentsKept", { n: number(incidents) })];
  return parts.filter(Boolean).join(" · ") || (incidents == null ? t("noFindingStands") : t("nothingStands"));
}

const stateOf = (area) => [pick(area.state_label), area.state_since && t("stateSince", { day: day(area.state_since) })].filter(Boolean).join(", ");

function row(area) {
  return el("li", {}, el("button", { type: "button", class: "row", "data-area": area.title_id, click: () => openArea(area.title_id) },
    el("strong", {}, area.code ?? t("noCode")), el("span", { class: "amount" }, cellsText(area.cells)),
    el("span", { class: "sub" }, `${pick(area.basis_label)} · ${stateOf(area)}`),
    el("span", { class: "sub" }, datesOf(area)), el("span", { class: "sub" }, cooperativesOf(area.cooperatives)),
    el("span", { class: "sub" }, standing(area))));
}

/** Open the list. */
export async function openAreas() {
  stylesheet("layout");
  openLoading(openAreas);
  focusPanel();
  try {
    const areas = await get("/operation");
    const draw = () => openPanel(plainHeading(t("asmAreas")), [
      el("p", { class: "quiet" }, t("areasListed", { n: number(areas.length) })),
      areas.length ? el("div", { class: "egc-section" }, el("ul", { class: "rows" }, areas.map(row))) : el("p", { class: "empty" }, t("noAreas")),
    ], draw);
    draw();
    focusPanel();
  } catch (error) {
    if (error.status === undefined) throw error;
    openFault(error);
  }
}
