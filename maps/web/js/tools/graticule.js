// Lines of longitude and latitude with their degrees, and the lattice of carrés: drawn anew with each picture of the map.

import { current } from "../i18n.js";

const STEPS = [36000, 18000, 7200, 3600, 1800, 900, 600, 300, 120, 60, 30]; // arc-seconds: 10° … 30″
const APART_PX = 110; // two lines of the graticule are at least so far apart
const CELL = 30; // arc-seconds
const CELL_PX = 14; // a carré that is smaller on the screen is not drawn
const FONT = '11px "Liberation Sans", system-ui, sans-serif';
const LINE = "rgba(54,66,80,0.45)";
const LATTICE = "rgba(71,84,103,0.32)";

const two = (number) => String(number).padStart(2, "0");

/** Return whole arc-seconds as degrees, minutes and seconds, no finer than `step` needs: "10° 45′ S". */
export function mark(seconds, step, [positive, negative]) {
  const size = Math.abs(seconds);
  const parts = [`${Math.floor(size / 3600)}°`];
  if (step < 3600) parts.push(`${two(Math.floor((size % 3600) / 60))}′`);
  if (step < 60) parts.push(`${two(size % 60)}″`);
  if (seconds !== 0) parts.push(seconds < 0 ? negative : positive);
  return parts.join(" ");
}

/** Return the whole multiples of `step` from `low` to `high`, in arc-seconds. */
export function multiples(low, high, step) {
  const first = Math.ceil(low / step);
  return Array.from({ length: Math.max(0, Math.floor(high / step) - first + 1) }, (_, i) => (first + i) * step);
}

/** Return the pixels that one degree at the equator takes. */
const degreePx = (resolution) => ol.proj.fromLonLat([1, 0])[0] / resolution;

/** Return the step of the graticule, in arc-seconds. */
export const stepFor = (resolution) => STEPS.findLast((step) => (step / 3600) * degreePx(resolution) >= APART_PX) ?? STEPS[0];

/** Return where the lines of one step stand in a picture of the map: { seconds, at } in pixels. */
function linesOf({ size: [width, height], viewState: { center, resolution } }, step) {
  const [west, north] = [center[0] - (width * resolution) / 2, center[1] + (height * resolution) / 2];
  const [low, high] = [[west, north - height * resolution], [west + width * resolution, north]].map((corner) => ol.proj.toLonLat(corner));
  const meridians = multiples(low[0] * 3600, high[0] * 3600, step)
    .map((seconds) => ({ seconds, at: (ol.proj.fromLonLat([seconds / 3600, 0])[0] - west) / resolution }));
  const parallels = multiples(low[1] * 3600, high[1] * 3600, step)
    .map((seconds) => ({ seconds, at: (north - ol.proj.fromLonLat([0, seconds / 3600])[1]) / resolution }));
  return { meridians, parallels };
}

function strokeLines(context, { meridians, parallels }, [width, height], colour) {
  context.beginPath();
  for (const { at } of meridians) {
    context.moveTo(at, 0);
    context.lineTo(at, height);
  }
  for (const { at } of parallels) {
    context.moveTo(0, at);
    context.lineTo(width, at);
  }
  context.strokeStyle = colour;
  context.lineWidth = 1;
  context.stroke();
}

function write(context, text, x, y) {
  context.lineWidth = 3;
  context.strokeStyle = "rgba(255,255,255,0.92)";
  context.strokeText(text, x, y);
  context.fillStyle = "#2b3642";
  context.fillText(text, x, y);
}

/** Write each line's degrees at the top, below `pill` where that stands, and at the left of what panels leave free. */
function writeMarks(context, { meridians, parallels }, step, [width, height], { border: [top, right, , left], pill }) {
  const west = current() === "fr" ? "O" : "W";
  context.font = FONT;
  context.textBaseline = "middle";
  context.textAlign = "center";
  const below = (at) => (pill && at > pill.from - 34 && at < pill.to + 34 ? pill.bottom : top) + 10;
  for (const { seconds, at } of meridians) if (at > left + 60 && at < width - right - 30) write(context, mark(seconds, step, ["E", west]), at, below(at));
  context.textAlign = "left";
  for (const { seconds, at } of parallels) if (at > top + 26 && at < height - 40) write(context, mark(seconds, step, ["N", "S"]), left + 6, at);
}

/** Return a layer that draws itself on a canvas of its own, as sharp as the map's; `draw(context, frame)`. */
function drawnLayer(zIndex, draw, more) {
  const canvas = document.createElement("canvas");
  canvas.className = "drawn";
  const layer = new ol.layer.Layer({ zIndex, ...more, render: (frame) => {
    const [width, height] = frame.size.map((side) => Math.round(side * frame.pixelRatio));
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    const context = canvas.getContext("2d");
    context.setTransform(frame.pixelRatio, 0, 0, frame.pixelRatio, 0, 0);
    context.clearRect(0, 0, ...frame.size);
    context.globalAlpha = layer.getOpacity();
    draw(context, frame);
    return canvas;
  } });
  return layer;
}

/**
 * Return the layer of the graticule. `free()` says what of the map is free, in its pixels: { border, pill }, the border
 * that panels cover (top, right, bottom, left) and what stands at the top in the middle ({ from, to, bottom } or null).
 */
export function graticuleLayer(zIndex, free) {
  const draw = (context, frame) => {
    const step = stepFor(frame.viewState.resolution);
    const lines = linesOf(frame, step);
    strokeLines(context, lines, frame.size, LINE);
    writeMarks(context, lines, step, frame.size, free());
  };
  return drawnLayer(zIndex, draw, { properties: { name: "graticule", again: (other) => graticuleLayer(zIndex, other) } });
}

/** Are carrés large enough on the screen to be drawn? */
export const hasLattice = (resolution) => (CELL / 3600) * degreePx(resolution) >= CELL_PX;

/** Return the layer of the lattice of 30″; from afar it draws nothing. */
export function latticeLayer(zIndex) {
  const draw = (context, frame) => {
    if (hasLattice(frame.viewState.resolution)) strokeLines(context, linesOf(frame, CELL), frame.size, LATTICE);
  };
  return drawnLayer(zIndex, draw, { properties: { name: "cells", again: () => latticeLayer(zIndex) } });
}
