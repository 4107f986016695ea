// The legend: what each colour, hatch and sign means, how many there are, and switches for them.

import { BASE_SWITCHES } from "./base.js";
import { byId, el } from "./dom.js";
import { day, number, onLanguage, pick, t } from "./i18n.js";
import { isNarrow } from "./narrow.js";
import { swatch, verdictSign } from "./patterns.js";
import { applicationColour, groups, kinds, states, verdicts } from "./style.js";
import { LEAST_SHARE, fadeGroups, onFade, setShare, shareOf } from "./tools/fade.js";
import { isShown, onVisibility, show } from "./visibility.js";

let summary = null;
let links = () => [];
const sections = []; // what other parts of the page add: functions that return a node
const printed = []; // and what they add to a printed map: functions that return a list

const sum = (list) => list.reduce((total, { count }) => total + count, 0);
const countOf = (key, code) => sum((summary?.rights ?? []).filter((entry) => entry[key] === code));

function line(name, label, sign, count) {
  const box = el("input", { type: "checkbox", "data-layer": name, change: (event) => show(name, event.target.checked) });
  box.checked = isShown(name);
  return el("label", { class: sign ? "layer" : "layer plain-layer" }, box, sign, el("span", { class: "name" }, label),
    el("span", { class: "count" }, count == null ? "" : number(count)));
}

const set = (title, lines) => el("fieldset", {}, el("legend", {}, title), lines);

function kindLine(kind) {
  const letters = kind.code === "UNKNOWN" ? null : el("b", {}, kind.code, " ");
  const sign = swatch({ colour: kind.colour, pattern: kind.pattern });
  return line(kind.code, [letters, pick(kind.label)], sign, countOf("kind", kind.code));
}

function kindSets() {
  const present = kinds().filter((kind) => countOf("kind", kind.code));
  return Object.entries(groups()).map(([group, label]) => {
    const lines = present.filter((kind) => kind.group === group).map(kindLine);
    return lines.length ? set(pick(label), lines) : null;
  });
}

function verdictSet() {
  const found = new Map((summary?.overlaps ?? []).map(({ verdict, count }) => [verdict ?? "unknown", count]));
  const lines = verdicts().filter(({ code }) => found.get(code)).map((verdict) =>
    line(`verdict-${verdict.code}`, pick(verdict.label), verdictSign(verdict), found.get(verdict.code)));
  return lines.length || links().length ? set(t("overlaps"), [...lines, ...links()]) : null;
}

function stateSet() {
  const lines = states().filter(({ code }) => countOf("state", code)).map((state) => {
    const colour = state.code === "application" ? applicationColour() : "#7d8b99";
    return line(`state-${state.code}`, pick(state.label), swatch({ colour, dash: state.dash, opacity: state.fill_opacity }), countOf("state", state.code));
  });
  return lines.length ? set(t("states"), lines) : null;
}

/** Return a part that is folded until it is asked for. */
const folded = (key, lines) => el("details", { "data-part": key }, el("summary", {}, t(key)), lines);

const baseSet = () => folded("base", BASE_SWITCHES.map((name) => line(name, t(name), null, null)));

const percent = (share) => t("percent", { n: number(share) });

function fadeLine(name) {
  const id = `fade-${name}`;
  const said = el("output", { for: id }, percent(shareOf(name)));
  const range = el("input", { type: "range", id, "data-fade": name, min: LEAST_SHARE, max: 100, step: 5, "aria-valuetext": percent(shareOf(name)) });
  range.value = shareOf(name);
  range.addEventListener("input", () => {
    setShare(name, Number(range.value));
    said.textContent = percent(shareOf(name));
    range.setAttribute("aria-valuetext", said.textContent);
  });
  return el("div", { class: "fade" }, el("label", { for: id }, t(id)), range, said);
}

const fadeSet = () => folded("opacity", fadeGroups().map(fadeLine));

function foot() {
  if (!summary) return null;
  return el("p", { class: "quiet" }, `${t("titles", { n: number(sum(summary.rights)) })} · ${t("lawDay", { day: day(summary.on) })}`);
}

/** Add a part to the legend, above the base: a function that returns a node or null. */
export function addSection(section) {
  sections.push(section);
  draw();
}

/**
 * Add lines to the legend of a printed map: a function that gets the printed layers and their extent in the map's
 * coordinates, and returns [{ group, sign, text }], `sign` a node or null, for what is shown there; or a promise of them.
 */
export const addPrinted = (lines) => printed.push(lines);

/** Return the functions that were added so. */
export const printedParts = () => printed;

/** Draw the legend anew. */
export function draw() {
  const opened = [...byId("legend-body").querySelectorAll("[data-part][open]")].map((part) => part.dataset.part);
  const parts = [verdictSet(), ...kindSets(), stateSet(), ...sections.map((section) => section()), baseSet(), fadeSet(), foot()].filter(Boolean);
  for (const part of parts.filter((one) => one.dataset.part)) part.open = opened.includes(part.dataset.part);
  byId("legend-body").replaceChildren(...parts);
}

/** Show the counts of the register. */
export function setSummary(next) {
  summary = next;
  draw();
}

function toggle(open) {
  byId("legend").hidden = !open;
  byId("legend-toggle").setAttribute("aria-expanded", String(open));
}

/** Make the legend work; `moreLinks` gives the buttons under the overlaps. */
export function startLegend(moreLinks) {
  links = moreLinks;
  toggle(!isNarrow());
  byId("legend-toggle").addEventListener("click", () => toggle(byId("legend").hidden));
  byId("legend-close").addEventListener("click", () => {
    toggle(false);
    byId("legend-toggle").focus();
  });
  byId("legend").addEventListener("keydown", (event) => {
    if (event.key === "Escape") byId("legend-close").click();
  });
  onLanguage(draw);
  onFade(draw);
  onVisibility(() => {
    for (const box of document.querySelectorAll("[data-layer]")) box.checked = isShown(box.dataset.layer);
  });
  draw();
}
