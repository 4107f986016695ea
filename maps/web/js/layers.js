// The vector tiles: titles, zones, restricted areas and overlaps, drawn by kind, state and verdict.

import { codeLayer } from "./labels.js";
import { canvasPattern, dotsPerPixel } from "./patterns.js";
import { colourOf, darker, kindOf, kinds, stateOf, states, verdictOf, verdicts, withOpacity } from "./style.js";
import { askedThen, isElsewhen, onTime } from "./time.js";
import { fade } from "./tools/fade.js";
import { declare, isShown, onVisibility } from "./visibility.js";

const { Fill, Stroke, Style } = ol.style;
const LAYERS = { restricted: 10, titles: 20, zones: 25, overlaps: 30 }; // name → drawing order
const CODES = 34; // above every overlap, so that codes can be read

const styles = new Map(); // signature → styles, built once for each density of the canvas
const once = (signature, build) => {
  const key = `${signature}|${dotsPerPixel()}`;
  if (!styles.has(key)) styles.set(key, build());
  return styles.get(key);
};

const thin = (resolution) => resolution > 1200;

function rightStyles(kind, state, small) {
  const { pattern, order } = kindOf(kind);
  const { dash, fill_opacity: opacity } = stateOf(state);
  const colour = colourOf(kind, state);
  const outline = new Stroke({ color: darker(colour), width: small ? 0.7 : 1.3, lineDash: small ? null : dash });
  const list = [new Style({ fill: new Fill({ color: withOpacity(colour, small ? opacity + 0.25 : opacity) }), stroke: outline, zIndex: order })];
  const hatch = small ? null : canvasPattern(pattern, withOpacity(colour, 0.8));
  if (hatch) list.push(new Style({ fill: new Fill({ color: hatch }), zIndex: order }));
  return list;
}

function styleOfRight(feature, resolution) {
  const kind = kindOf(feature.get("kind")).code;
  const state = stateOf(feature.get("state")).code;
  if (!isShown(kind) || !isShown(`state-${state}`)) return null;
  const small = thin(resolution);
  return once(`${kind}|${state}|${small}`, () => rightStyles(kind, state, small));
}

function overlapStyles(verdict) {
  const style = verdictOf(verdict);
  const zIndex = 20 - style.severity;
  const list = [
    new Style({ stroke: new Stroke({ color: "rgba(255,255,255,0.95)", width: 4.5 }), zIndex }),
    new Style({ stroke: new Stroke({ color: style.colour, width: 2.2 }), fill: new Fill({ color: withOpacity(style.colour, 0.12) }), zIndex }),
  ];
  const hatch = canvasPattern(style.pattern, withOpacity(style.colour, 0.7), 1.2);
  if (hatch) list.push(new Style({ fill: new Fill({ color: hatch }), zIndex }));
  return list;
}

function styleOfOverlap(feature) {
  const verdict = verdictOf(feature.get("verdict")).code;
  if (!isShown(`verdict-${verdict}`)) return null;
  return once(`overlap|${verdict}`, () => overlapStyles(verdict));
}

function addressOf(name) {
  const asked = new URLSearchParams(Object.entries(askedThen()).filter(([, value]) => value));
  const query = asked.toString();
  return `/api/v1/tiles/${name}/{z}/{x}/{y}.mvt${query ? `?${query}` : ""}`;
}

function tileLayer(name, zIndex, onError) {
  const source = new ol.source.VectorTile({
    format: new ol.format.MVT({ layers: [name] }),
    url: addressOf(name),
    tileGrid: ol.tilegrid.createXYZ({ maxZoom: 14, tileSize: 512 }),
    transition: 0,
  });
  source.on("tileloaderror", onError);
  const style = name === "overlaps" ? styleOfOverlap : styleOfRight;
  return new ol.layer.VectorTile({ source, style, zIndex, renderBuffer: 64, className: `ol-layer tiles-${name}`, properties: { name } });
}

function declareSwitches() {
  for (const kind of kinds()) declare(kind.code, kind.shown);
  for (const state of states()) declare(`state-${state.code}`, true);
  for (const verdict of verdicts()) declare(`verdict-${verdict.code}`, true);
}

/** Return the tile layers and, apart, their codes; a layer with all switched off asks for no tile. */
export function tileLayers(onError) {
  declareSwitches();
  const layers = Object.entries(LAYERS).map(([name, zIndex]) => tileLayer(name, zIndex, onError));
  const codes = codeLayer(layers.filter((layer) => layer.get("name") !== "overlaps"), CODES);
  const called = (...names) => layers.filter((layer) => names.includes(layer.get("name")));
  fade("titles", [...called("titles"), codes.layer]);
  fade("zones", called("zones", "restricted"));
  fade("overlaps", called("overlaps"));
  const update = () => {
    for (const layer of layers) {
      layer.setVisible(hasSomething(layer.get("name")));
      layer.changed();
    }
  };
  update();
  onVisibility(update);
  onTime(() => {
    for (const layer of layers.filter((one) => one.get("name") !== "overlaps")) layer.getSource().setUrl(addressOf(layer.get("name")));
    update();
  });
  return { layers, codes };
}

const GROUPS = { restricted: ["restricted"], zones: ["zone"], titles: ["mining", "quarry"] };

function hasSomething(name) {
  if (name === "overlaps") return !isElsewhen() && verdicts().some((verdict) => isShown(`verdict-${verdict.code}`));
  return kinds().some((kind) => GROUPS[name].includes(kind.group) && isShown(kind.code));
}

/** Ask every tile again, after the register changed or the server came back. */
export const reload = (layers) => layers.forEach((layer) => layer.getSource().refresh());
