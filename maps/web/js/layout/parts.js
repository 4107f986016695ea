// What stands in the panel while a layout is drawn: tools, the selected feature, the list, the rules.

import { el } from "../dom.js";
import { day, number, pick, t } from "../i18n.js";
import { sentenceOf } from "../notice.js";
import { swatch, verdictSign } from "../patterns.js";
import { verdictOf } from "../style.js";
import { readPoints, writePoints } from "./coordinates.js";
import { SIGNS } from "./ground.js";
import { geometryOf, leastPoints, pointsOf } from "./shapes.js";

const SHAPES = { Polygon: "shapePolygon", LineString: "shapeLine", Point: "shapePoint" };
const MEASURES = { depth_m: "layoutDepth", width_m: "layoutWidth" };

const button = (key, act, more = {}) => el("button", { type: "button", class: "plain", click: act, "data-do": key, ...more }, t(key));
const sign = (kind) => swatch({ ...SIGNS[kind], width: 26, height: 16 });

/** Return the tools: what is drawn, as which shape, and back and forth. */
export function tools(session, kinds, { help, whole }) {
  const { now } = session;
  const kind = kinds.find(({ code }) => code === now.kind);
  const choose = (code) => {
    const next = kinds.find((one) => one.code === code);
    session.set({ kind: code, shape: next.drawn_as[0], sketch: [] });
  };
  const select = el("select", { class: "filter", "aria-label": t("layoutKind"), "data-field": "kind", disabled: now.sketch.length > 0, change: (event) => choose(event.target.value) },
    kinds.map(({ code, label }) => el("option", { value: code, selected: code === now.kind }, pick(label))));
  const shapes = kind.drawn_as.length > 1 && el("div", { class: "picks", role: "group", "aria-label": t("layoutShape") }, kind.drawn_as.map((shape) =>
    el("button", { type: "button", class: "pick", "aria-pressed": String(shape === now.shape), "data-shape": shape, click: () => session.set({ shape, sketch: [] }) }, t(SHAPES[shape]))));
  const under = now.drawing ? [
    button("layoutFinish", () => session.finish(t("layoutAdded")), { class: "primary", disabled: now.sketch.length < leastPoints(now.shape) }),
    button("layoutUnplace", session.unplace, { disabled: !now.sketch.length }),
    button("layoutAbandon", () => session.set({ drawing: false, sketch: [] })),
  ] : [button("layoutDraw", () => session.set({ drawing: true, sketch: [], selected: null }), { class: "primary" })];
  return el("div", { class: "layout-tools toolbar" }, select, shapes, under, el("div", { class: "picks" },
    button("undo", session.undo, { disabled: !now.history.past.length }), button("redo", session.redo, { disabled: !now.history.future.length }),
    button("layoutWhole", whole),
    el("button", { type: "button", class: "plain", "data-do": "help", "aria-label": t("shortcuts"), click: help }, "?")),
  el("p", { class: "quiet wide" }, now.drawing ? t("layoutPlacing", { n: number(now.sketch.length) }) : t("layoutIdle")));
}

function field(session, feature, name, label, more) {
  const id = `feature-${name}`;
  const input = el("input", { id, "data-field": name, autocomplete: "off", ...more });
  input.value = feature[name] ?? "";
  input.addEventListener("change", () => {
    if (!input.checkValidity()) return input.reportValidity();
    return session.amend(t("layoutAmended"), { [name]: input.value.trim() || null });
  });
  return [el("label", { for: id }, label), input];
}

/** Return the form of the selected feature, null where none is. */
export function chosen(session, kinds) {
  const feature = session.selected();
  if (!feature) return null;
  const kind = kinds.find(({ code }) => code === feature.kind);
  const metres = kind.takes && field(session, feature, kind.takes, t(MEASURES[kind.takes]), { type: "number", min: 0, max: 10000, step: "any", inputmode: "decimal", placeholder: t("notStated") });
  return el("section", { class: "form chosen" }, el("h3", {}, `${feature.id} · ${pick(kind.label)}`),
    field(session, feature, "name", t("layoutName"), { type: "text", maxlength: 200, placeholder: t("notStated") }), metres,
    table(session, feature), el("div", { class: "actions left" }, button("layoutRemove", () => session.remove(t("layoutRemoved"))), button("layoutUnselect", () => session.set({ selected: null }))));
}

function table(session, feature) {
  const points = pointsOf(feature.geometry);
  if (!points) return el("p", { class: "quiet" }, t("layoutComplex"));
  const fault = el("p", { class: "fault", role: "alert", hidden: true });
  const box = el("textarea", { rows: Math.min(8, points.length + 1), spellcheck: false, maxlength: 100000, id: "feature-points", "data-field": "points", "aria-describedby": "points-help" });
  box.value = writePoints(points);
  const apply = () => {
    const { type } = feature.geometry;
    const read = readPoints(box.value);
    const few = read.fault === null && (read.points.length < leastPoints(type) || (type === "Point" && read.points.length > 1));
    fault.hidden = read.fault === null && !few;
    if (read.fault !== null) fault.textContent = t("pointsFault", { n: number(read.fault) });
    else if (few) fault.textContent = t("pointsFew", { n: number(leastPoints(type)) });
    else session.amend(t("layoutMoved"), { geometry: geometryOf(type, read.points) }, "features");
  };
  return el("div", { class: "coordinates" }, el("label", { for: "feature-points" }, t("layoutPoints")), el("p", { class: "quiet", id: "points-help" }, t("pointsHelp")),
    box, fault, el("div", { class: "actions left" }, button("layoutApply", apply)));
}

const measure = (feature, kind) => kind.takes && t(`${kind.takes}Of`, { n: feature[kind.takes] == null ? t("notStated") : `${number(feature[kind.takes], 4)} m` });

/** Return the list of features; each is a button that selects it. */
export function list(session, kinds, show) {
  const { features, selected } = session.now;
  const row = (feature) => {
    const kind = kinds.find(({ code }) => code === feature.kind);
    const choose = () => {
      session.set({ selected: feature.id, drawing: false, sketch: [] });
      show(feature);
    };
    return el("li", {}, el("button", { type: "button", class: "row", "data-feature": feature.id, "aria-pressed": String(feature.id === selected), click: choose },
      sign(feature.kind), el("strong", {}, [feature.id, feature.name].filter(Boolean).join(" · ")), el("span", { class: "amount" }, measure(feature, kind)),
      el("span", { class: "sub" }, pick(kind.label))));
  };
  return el("section", {}, el("h3", {}, t("layoutFeatures", { n: number(features.length) })),
    features.length ? el("ul", { class: "rows" }, features.map(row)) : el("p", { class: "empty" }, t("layoutEmpty")));
}

const STATES = { none: "rulesNone", checking: "rulesChecking", stale: "rulesStale" };

function issueLine(issue, show) {
  const verdict = verdictOf(issue.severity);
  return el("li", { class: "finding", "data-code": issue.code },
    el("div", { class: "verdict" }, verdictSign(verdict), issue.severity === "needs_legal_review" ? t("rulesOpen") : pick(verdict.label)),
    el("p", {}, pick(issue.message)),
    el("p", { class: "quiet" }, issue.article || t("ruleOfDrawing")),
    el("button", { type: "button", class: "plain small", click: () => show(issue) }, t("layoutShow", { what: issue.features.join(", ") })));
}

/** Return what the rules say; `show(issue)` brings its place into view. */
export function rules({ state, answer, error }, show) {
  const fine = state === "fresh" && answer.issues.length === 0;
  const said = STATES[state] ? t(STATES[state]) : error ? [sentenceOf(error), error.detail].filter(Boolean).join(" ") : t("rulesOf", { day: day(answer.on) });
  return el("section", { class: "law", "data-check": state, "aria-busy": String(state === "checking") }, el("h3", {}, t("rules")),
    el("p", { class: state === "stale" || error ? "fault" : "quiet", role: "status" }, said),
    answer && state !== "none" && el("div", { class: state === "fresh" ? "" : "dated" },
      answer.issues.length > 0 && el("ul", { class: "findings" }, answer.issues.map((issue) => issueLine(issue, show)))),
    fine && el("p", { class: "empty" }, t("rulesFine")));
}
