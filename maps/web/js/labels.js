// The codes of rights on the map: each once in a view, in the widest room that the view shows of it.
// (Tiles cut a right into pieces; labels drawn from the tiles would repeat its code in each.)

import { isShown, onVisibility } from "./visibility.js";
import { kindOf, stateOf } from "./style.js";

const { Fill, Stroke, Style, Text } = ol.style;
const BELOW = 300; // metres per pixel
const FONT = '600 11px "Liberation Sans", system-ui, sans-serif';
const HEIGHTS = [0.5, 0.3, 0.7, 0.15, 0.85, 0.05, 0.95]; // shares of a piece's height at which room is sought
const TALL = 3; // a label is about three times as wide as it is high
const LEAST_PX = 24;
const PAUSE_MS = 80;

/** Name of the layer of codes. */
export const CODES = "codes";

const ruler = document.createElement("canvas").getContext("2d");
ruler.font = FONT;

function styleOf(feature) {
  return new Style({
    text: new Text({ text: feature.get("code"), font: FONT, fill: new Fill({ color: "#17212b" }), stroke: new Stroke({ color: "rgba(255,255,255,0.9)", width: 3 }) }),
  });
}

/** Return where rings cross the line on which coordinate `axis` (0: x, 1: y) is `level`, in order. */
function crossings(flat, ends, axis, level) {
  const found = [];
  const along = 1 - axis;
  let start = 0;
  for (const end of ends) {
    for (let at = start, before = end - 2; at < end; before = at, at += 2) {
      const [from, to] = [flat[before + axis], flat[at + axis]];
      if (from > level === to > level) continue;
      const share = (level - from) / (to - from);
      found.push(flat[before + along] + share * (flat[at + along] - flat[before + along]));
    }
    start = end;
  }
  return found.sort((a, b) => a - b);
}

/** Return the stretches of ground on a line, cut to what lies from `low` to `high`. */
function stretches(piece, axis, level, low, high) {
  const ends = crossings(piece.getFlatCoordinates(), piece.getEnds(), axis, level);
  const list = [];
  for (let i = 0; i + 1 < ends.length; i += 2) list.push([Math.max(ends[i], low), Math.min(ends[i + 1], high)]);
  return list.filter(([from, to]) => to > from);
}

const around = (list, value) => list.find(([from, to]) => from <= value && value <= to) ?? [value, value];
const middle = ([from, to]) => (from + to) / 2;
const length = ([from, to]) => to - from;

/** Return the best place for a label in the part of a piece that the view shows; size 0: none. */
function roomIn(piece, view) {
  const [west, south, east, north] = ol.extent.getIntersection(piece.getExtent(), view);
  let best = { x: 0, y: 0, width: 0, size: 0 };
  for (const share of HEIGHTS) {
    const level = south + share * (north - south);
    for (const stretch of stretches(piece, 1, level, west, east)) {
      const x = middle(stretch);
      const column = around(stretches(piece, 0, x, south, north), level);
      const y = middle(column);
      const width = length(around(stretches(piece, 1, y, west, east), x));
      const size = Math.min(width, TALL * length(column));
      if (size > best.size * 1.1) best = { x, y, width, size };
    }
  }
  return best;
}

const isNamed = ({ code, kind, state }) => code && isShown(kindOf(kind).code) && isShown(`state-${stateOf(state).code}`);

/** Add the best room of each right within `view` to `best`; rights that have one already keep it. */
function addRooms(best, pieces, view) {
  const found = new Map();
  for (const piece of pieces) {
    const { id, code } = piece.getProperties();
    if (best.has(id) || !ol.extent.intersects(piece.getExtent(), view)) continue;
    const room = roomIn(piece, view);
    if (room.size > (found.get(id)?.size ?? 0)) found.set(id, { ...room, code: String(code) });
  }
  found.forEach((room, id) => best.set(id, room));
}

/** Return the label of each right, its code and its room: in the free part of the view if it can be. */
export function labelsIn(layers, free, view, resolution) {
  const shown = layers.filter((layer) => layer.getVisible());
  const pieces = shown.flatMap((layer) => layer.getFeaturesInExtent(view)).filter((piece) => isNamed(piece.getProperties()));
  const best = new Map();
  for (const part of [free, view]) addRooms(best, pieces, part);
  const fits = ({ code, width, size }) => width > resolution * ruler.measureText(code).width && size > resolution * LEAST_PX;
  return [...best.values()].filter(fits);
}

/** Return the extent of the map's pixels, less a border: top, right, bottom, left. */
function extentOf(map, [top, right, bottom, left]) {
  const [width, height] = map.getSize();
  const corners = [[left, height - bottom], [width - right, top]].map((pixel) => map.getCoordinateFromPixel(pixel));
  return corners.flat();
}

/**
 * Return the layer of the codes of the rights that `layers` draw; `attach(map, covered)` makes it
 * follow the map, of which panels cover a border: `covered()`; it returns how that ends.
 */
export function codeLayer(layers, zIndex) {
  const source = new ol.source.Vector();
  const layer = new ol.layer.Vector({ source, style: styleOf, zIndex, maxResolution: BELOW, declutter: "codes", properties: { name: CODES } });
  let timer = null;

  function place(map, covered) {
    const resolution = map.getView().getResolution();
    const extents = [covered(), [0, 0, 0, 0]].map((border) => extentOf(map, border));
    const labels = resolution < BELOW ? labelsIn(layers, ...extents, resolution) : [];
    source.clear(true);
    source.addFeatures(labels.map(({ x, y, code }) => new ol.Feature({ geometry: new ol.geom.Point([x, y]), code })));
  }

  function attach(map, covered) {
    const soon = () => {
      clearTimeout(timer);
      timer = setTimeout(() => place(map, covered), PAUSE_MS);
    };
    const keys = [map.on("moveend", soon), ...layers.map((one) => one.getSource().on("tileloadend", soon))];
    const forget = onVisibility(soon);
    return () => {
      clearTimeout(timer);
      ol.Observable.unByKey(keys);
      forget();
    };
  }

  return { layer, attach };
}
