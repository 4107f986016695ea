// The second sign beside colour: hatches, as canvas patterns for the map and as SVG for the legend.

import { svg } from "./dom.js";
import { colourOf, darker, kindOf, stateOf, withOpacity } from "./style.js";

const SIZE = 8;
const STROKES = {
  lines: ["M-2 2 2-2M0 8 8 0M6 10l4-4"],
  backlines: ["M6-2l4 4M0 0l8 8M-2 6l4 4"],
  cross: ["M-2 2 2-2M0 8 8 0M6 10l4-4", "M6-2l4 4M0 0l8 8M-2 6l4 4"],
  grid: ["M0 4h8M4 0v8"],
  dots: ["M3 4h2"],
};

let asked = null;

/** Return how many dots of the canvas a pixel of the page has, which a pattern must know. */
export const dotsPerPixel = () => asked ?? Math.max(1, Math.round(window.devicePixelRatio || 1));

/** Let what is drawn from now on be for so many dots a pixel, to print it; null: as the screen. */
export const drawFor = (dots) => { asked = dots; };

/** Return a canvas pattern of one colour, or null for the pattern "none". */
export function canvasPattern(name, colour, width = 1.2) {
  if (!STROKES[name]) return null;
  const ratio = dotsPerPixel();
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIZE * ratio;
  const context = canvas.getContext("2d");
  context.scale(ratio, ratio);
  context.strokeStyle = colour;
  context.lineWidth = name === "dots" ? 2 : width;
  for (const path of STROKES[name]) context.stroke(new Path2D(path));
  return context.createPattern(canvas, "repeat");
}

let serial = 0;

function hatch(name, colour) {
  const id = `hatch-${(serial += 1)}`;
  const width = name === "dots" ? 2 : 1.2;
  const paths = STROKES[name].map((d) => svg("path", { d, stroke: colour, "stroke-width": width, fill: "none" }));
  const pattern = svg("pattern", { id, width: SIZE, height: SIZE, patternUnits: "userSpaceOnUse" }, paths);
  return { id, defs: svg("defs", {}, pattern) };
}

/** Return a swatch: a box with colour, hatch and dash as the map draws them. */
export function swatch({ colour, opacity = 0.3, pattern = "none", dash = [], width = 30, height = 18, line = 1.5 }) {
  const box = { x: 1.5, y: 1.5, width: width - 3, height: height - 3, rx: 2 };
  const parts = [svg("rect", { ...box, fill: withOpacity(colour, opacity) })];
  if (STROKES[pattern]) {
    const { id, defs } = hatch(pattern, darker(colour, 0.15));
    parts.push(defs, svg("rect", { ...box, fill: `url(#${id})` }));
  }
  parts.push(svg("rect", { ...box, fill: "none", stroke: darker(colour), "stroke-width": line, "stroke-dasharray": dash.join(" ") || null }));
  return svg("svg", { class: "swatch", width, height, viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" }, parts);
}

/** Return the badge of a right: its letters on the colours of its kind and state. */
export function kindBadge(kind, state) {
  const style = kindOf(kind);
  const letters = style.code === "UNKNOWN" ? "?" : style.code;
  const badge = swatch({
    colour: colourOf(kind, state), opacity: 0.35, dash: stateOf(state).dash, width: 48, height: 26,
  });
  badge.classList.add("kind");
  badge.append(svg("text", { x: 24, y: 17.5, "text-anchor": "middle", "font-size": 12, "font-weight": 700, fill: "#17212b" }, letters));
  return badge;
}

/** Return the sign of a verdict: its mark in a filled disc. */
export function verdictSign(verdict) {
  return svg("svg", { width: 18, height: 18, viewBox: "0 0 18 18", "aria-hidden": "true" },
    svg("circle", { cx: 9, cy: 9, r: 9, fill: verdict.colour }),
    svg("text", { x: 9, y: 13.2, "text-anchor": "middle", "font-size": 12, "font-weight": 700, fill: "#fff" }, verdict.mark));
}
