// How activity is drawn: shape by how it was seen, fill by age, outline by confidence. The map and the legend share it.

import { svg } from "../dom.js";

const COLOUR = "#c2410c"; // as in the published map of activity
export const EDGE = "#1f5fbf";
const DAY_MS = 86_400_000;
const SURE = 0.8;
export const FILLS = { fresh: "#c2410c", older: "#e98a5b", old: "#f6cdb5", undated: "#ffffff" };
export const AGES = Object.keys(FILLS);
export const SURENESS = ["sure", "unsure", "none"];
const OUTLINES = { sure: { width: 2.6, dash: null }, unsure: { width: 1.2, dash: null }, none: { width: 1.6, dash: [2.5, 2.5] } };

/** Return "fresh", "older", "old" or "undated": how long before `today` (a day) it was last seen. */
export function ageOf(to, today) {
  if (!to) return "undated";
  const years = (Date.parse(today) - Date.parse(to)) / DAY_MS / 365.25;
  if (years <= 1) return "fresh";
  return years <= 3 ? "older" : "old";
}

/** Return "sure", "unsure" or "none" for a stated confidence from 0 to 1. */
export const surenessOf = (confidence) => (confidence == null ? "none" : confidence >= SURE ? "sure" : "unsure");

/** Return the radius of a sign in pixels, by stated hectares. */
export const radiusOf = (hectares) => (hectares >= 10 ? 9 : hectares >= 1 ? 7 : 5);

const styles = new Map();
const once = (key, build) => styles.get(key) ?? styles.set(key, build()).get(key);

function styleFor(seen, age, sureness, radius) {
  const { Circle, Fill, RegularShape, Stroke, Style } = ol.style;
  const { width, dash } = OUTLINES[sureness];
  const fill = new Fill({ color: FILLS[age] });
  const stroke = new Stroke({ color: "#6b2106", width, lineDash: dash });
  const image = seen === "visit" ? new RegularShape({ points: 4, radius: radius + 2, fill, stroke }) : new Circle({ radius, fill, stroke });
  const halo = new Circle({ radius: radius + 3, fill: new Fill({ color: "rgba(255,255,255,0.75)" }) });
  const ground = new Style({ fill: new Fill({ color: `${FILLS[age]}${age === "undated" ? "55" : "99"}` }), stroke: new Stroke({ color: COLOUR, width: width + 0.4, lineDash: dash }) });
  return { point: [new Style({ image: halo }), new Style({ image })], ground: [ground] };
}

/** Return the styles of one observation (`point` and `ground`). */
export function stylesOf({ seen, to, patch_ha: patch, confidence }, today) {
  const age = ageOf(to, today);
  const sureness = surenessOf(confidence);
  const radius = radiusOf(patch);
  return once(`${seen}|${age}|${sureness}|${radius}`, () => styleFor(seen, age, sureness, radius));
}

/** Return the styles of several observations that are one sign from afar. */
export const groupStyles = (n) => once(`group|${n}`, () => {
  const { Circle, Fill, Stroke, Style, Text } = ol.style;
  const image = new Circle({ radius: n > 99 ? 13 : 10, fill: new Fill({ color: "#fff" }), stroke: new Stroke({ color: COLOUR, width: 2 }) });
  return [new Style({ image, text: new Text({ text: n > 999 ? `${Math.round(n / 1000)}k` : String(n), font: "600 11px sans-serif", fill: new Fill({ color: "#6b2106" }) }) })];
});

const frame = (...parts) => svg("svg", { width: 26, height: 20, viewBox: "0 0 26 20", "aria-hidden": "true" }, parts);

/** Return the sign of one observation for the legend. */
export function sign({ seen = "detection", age = "fresh", sureness = "sure", radius = 6 }) {
  const { width, dash } = OUTLINES[sureness];
  const look = { fill: FILLS[age], stroke: "#6b2106", "stroke-width": width, "stroke-dasharray": dash?.join(" ") };
  if (seen === "visit") return frame(svg("path", { d: "M13 2.5 20.5 10 13 17.5 5.5 10Z", ...look }));
  return frame(svg("circle", { cx: 13, cy: 10, r: radius, ...look }));
}

/** Return the sign of the edge of surveyed ground. */
export const edgeSign = () => frame(svg("path", { d: "M1 10h24", fill: "none", stroke: EDGE, "stroke-width": 2.4, "stroke-dasharray": "7 4" }));

/** Return the sign of ground that nobody surveyed. */
export const silentSign = () => frame(svg("rect", { x: 1, y: 2, width: 24, height: 16, fill: "#e4e7ec" }),
  svg("path", { d: "M1 12 11 2M1 18 17 2M7 18 23 2M13 18 25 6M19 18l6-6", stroke: "#8a93a3", fill: "none" }));

/** Return the sign of a group. */
export const groupSign = () => frame(svg("circle", { cx: 13, cy: 10, r: 8.5, fill: "#fff", stroke: COLOUR, "stroke-width": 2 }),
  svg("text", { x: 13, y: 14, "text-anchor": "middle", "font-size": 11, "font-weight": 600, fill: "#6b2106" }, "9"));
