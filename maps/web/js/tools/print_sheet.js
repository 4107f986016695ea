// The parts of the page to print around its map: head, scale bar, north, what day and revision, sources, address.

import { byId, el, svg } from "../dom.js";
import { readHash } from "../hash.js";
import { day, number, t } from "../i18n.js";
import { isElsewhen, whenShown } from "../time.js";

const BAR_PX = 150; // the scale bar is no longer than this
const PARTS = 4;
const ROUND = [1, 2, 4, 5, 10]; // four parts of each are told easily

/** Return the greatest round length of metres that is not above `most`. */
export function barLength(most) {
  const power = 10 ** Math.floor(Math.log10(most));
  return ROUND.findLast((factor) => factor * power <= most * (1 + 1e-9)) * power;
}

const lengthWords = (metres) => (metres >= 1000 ? t("kilometres", { n: number(metres / 1000, 1) }) : t("metres", { n: number(metres) }));

/** Return a scale bar of four parts, for a map with so many metres of ground in a pixel. */
export function scaleBar(metresPerPixel) {
  const metres = barLength(BAR_PX * metresPerPixel);
  const width = metres / metresPerPixel;
  const blocks = Array.from({ length: PARTS }, (_, i) =>
    svg("rect", { x: 4 + (i * width) / PARTS, y: 14, width: width / PARTS, height: 6, fill: i % 2 ? "#fff" : "#17212b", stroke: "#17212b", "stroke-width": 0.8 }));
  const word = (x, anchor, text) => svg("text", { x, y: 10, "text-anchor": anchor, "font-size": 9.5, fill: "#17212b" }, text);
  return svg("svg", { width: width + 40, height: 24, role: "img", "aria-label": lengthWords(metres), "data-metres": metres, "data-px": width.toFixed(2) },
    blocks, word(4, "start", "0"), word(4 + width / 2, "middle", lengthWords(metres / 2)), word(4 + width, "middle", lengthWords(metres)));
}

/** Return the arrow to the north, which is up on every map of ours. */
export const north = () =>
  svg("svg", { width: 26, height: 38, viewBox: "0 0 26 38", role: "img", "aria-label": t("printNorth") },
    svg("path", { d: "M13 12 20 36 13 31 6 36Z", fill: "#17212b" }),
    svg("text", { x: 13, y: 9, "text-anchor": "middle", "font-size": 10.5, "font-weight": 700, fill: "#17212b" }, "N"));

/** Return the sentence that names the two clocks of what is printed. */
export function clockText(summary) {
  const { on, known } = whenShown();
  const law = t("printLaw", { day: day(on ?? summary.on) });
  return `${law}, ${known ? t("printKnown", { day: day(known) }) : t("printKnownNow")}.`;
}

/** Return the day that it is where the page is read: "2026-11-24". */
function today() {
  const now = new Date();
  return [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
}

/** Return the facts beside the map. */
export function facts(summary, { scale, metresPerPixel }) {
  const selected = readHash().title && byId("panel-title") ? byId("panel-title").textContent : "";
  return el("div", { class: "facts-of-print" },
    selected && el("p", {}, el("b", {}, t("printSelected", { name: selected }))),
    el("p", {}, el("b", {}, clockText(summary))),
    isElsewhen() && el("p", {}, t("printOverlapsElsewhen")),
    el("p", {}, t("printRevision", { n: summary.revision })),
    el("div", { class: "sheet-scale" }, north(), el("div", {}, scaleBar(metresPerPixel), el("p", {}, t("printScale", { n: number(scale) })))));
}

/** Return what stands below the map. */
export function foot() {
  return [
    el("p", {}, `${t("printNoExtract")} ${t("printDatum")}. ${t("printMade", { day: day(today()) })}. ${t("sources")}${t("colon")}${t("credits")}`),
    el("p", { class: "address" }, location.href),
  ];
}
