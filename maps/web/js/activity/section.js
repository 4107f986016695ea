// The legend's part of artisanal activity: sources, months, what the signs mean, and the way to the list.

import { get } from "../api.js";
import { el, stylesheet } from "../dom.js";
import { number, onLanguage, t } from "../i18n.js";
import { addPrinted, draw } from "../legend.js";
import { attempt } from "../notice.js";
import { answerFor } from "../picker.js";
import { accountRole } from "../session.js";
import { isElsewhen, onTime } from "../time.js";
import { isShown, onVisibility, show } from "../visibility.js";
import { openObservation, observationRow } from "./card.js";
import { followMonths, monthsShown, onMonths, setSources, showMonths, sourceShown, sourcesKnown, switchOf } from "./choice.js";
import { drawActivity, drawnPartly, layActivity, seenUnder } from "./layers.js";
import { openList } from "./list.js";
import { AGES, SURENESS, edgeSign, groupSign, sign, silentSign } from "./signs.js";
import { ACTIVITY } from "./start.js";
import "./texts.js";

const AGE_WORDS = { fresh: "activityFresh", older: "activityOlder", old: "activityOld", undated: "activityUndated" };
const SURE_WORDS = { sure: "activitySure", unsure: "activityUnsure", none: "activityConfidenceNone" };

let readFor = null; // the role for which the sources were read

const sum = (list) => list.reduce((total, one) => total + one, 0);

function sourceLine({ code, name, public: everybody, observations }) {
  const box = el("input", { type: "checkbox", "data-layer": switchOf(code), change: (event) => show(switchOf(code), event.target.checked) });
  box.checked = sourceShown(code);
  return el("label", { class: "layer plain-layer" }, box, el("span", { class: "name" }, name, !everybody && el("small", { class: "quiet" }, ` (${t("activityPrivate")})`)),
    el("span", { class: "count" }, number(observations)));
}

const keyLine = (node, words) => el("li", { class: "key" }, node, el("span", {}, words));

function key() {
  return el("ul", { class: "keys" },
    keyLine(silentSign(), t("activityNotSurveyed")), keyLine(edgeSign(), t("activitySurveyedEdge")),
    keyLine(sign({ seen: "visit" }), t("activityVisit")), keyLine(sign({}), t("activityDetection")), keyLine(groupSign(), t("activityMany")),
    el("li", { class: "quiet" }, t("activityAge")), AGES.map((age) => keyLine(sign({ age, sureness: "unsure" }), t(AGE_WORDS[age]))),
    el("li", { class: "quiet" }, t("activityConfidence")), SURENESS.map((sureness) => keyLine(sign({ age: "older", sureness }), t(SURE_WORDS[sureness]))));
}

function monthField(name, value) {
  const id = `activity-${name}`;
  const input = el("input", { type: "month", id, pattern: "\\d{4}-\\d{2}", placeholder: "2024-03", change: () => showMonths({ ...monthsShown(), [name]: input.value }) });
  input.value = value ?? "";
  return el("div", {}, el("label", { for: id }, t(name === "from" ? "activityFrom" : "activityTo")), input);
}

function months() {
  const { from, to } = monthsShown();
  return [el("div", { class: "months" }, monthField("from", from), monthField("to", to)),
    (from || to) && [el("p", { class: "quiet" }, t("activityPeriodNote")),
      el("button", { type: "button", class: "plain", "data-do": "all-months", click: () => showMonths({}) }, t("activityAllMonths"))]];
}

/** Somebody signed in or out: other sources may be read. */
function followAccount() {
  if (accountRole() === readFor) return;
  attempt(async () => {
    await readSources();
    draw();
  });
}

function section() {
  followAccount();
  const sources = sourcesKnown();
  const partly = drawnPartly();
  return el("div", { class: "activity-legend" },
    sources.length === 0 && el("p", { class: "quiet" }, t("activityNoSource")),
    sources.map(sourceLine), months(), key(),
    partly !== null && el("p", { class: "quiet" }, t("activityPartial", { n: number(partly) })),
    isElsewhen() && el("p", { class: "quiet" }, t("activityElsewhen")),
    el("button", { type: "button", class: "plain", "data-do": "activity-list", click: () => attempt(openList) }, t("activityOpenList")));
}

/** What a printed legend says of it: [{ group, sign, text }]. */
function printedLines() {
  if (!isShown(ACTIVITY)) return [];
  const group = t("activity");
  const total = number(sum(sourcesKnown().filter(({ code }) => sourceShown(code)).map(({ observations }) => observations)));
  return [
    { group, sign: silentSign(), text: t("activityNotSurveyed") }, { group, sign: edgeSign(), text: t("activitySurveyedEdge") },
    { group, sign: sign({ seen: "visit" }), text: t("activityVisit") }, { group, sign: sign({}), text: `${t("activityDetection")} · ${total}` },
    ...AGES.map((age) => ({ group, sign: sign({ age, sureness: "unsure" }), text: `${t("activityAge")} ${t(AGE_WORDS[age])}` })),
  ];
}

async function readSources() {
  readFor = accountRole();
  const [sources, summary] = await Promise.all([get("/activity/sources"), get("/summary")]);
  setSources(sources);
  await layActivity(summary.on, draw);
  drawActivity(isShown(ACTIVITY));
}

/** Put the layers on the map and return the legend's part; both follow language, switches, months and account. */
export async function startLayers() {
  stylesheet("activity");
  followMonths();
  await readSources();
  const redraw = () => drawActivity(isShown(ACTIVITY));
  onVisibility(redraw);
  onMonths(() => {
    redraw();
    draw();
  });
  onLanguage(redraw);
  onTime(draw);
  answerFor("activity", { under: seenUnder, open: openObservation, row: observationRow, small: "smallActivity" });
  addPrinted(printedLines);
  return section;
}
