// Activity on the map: what was seen, the edge of what was surveyed, and a hatch over all ground that nobody surveyed.

import { get } from "../api.js";
import { mapItself } from "../map.js";
import { t } from "../i18n.js";
import { fade } from "../tools/fade.js";
import { hasPeriod, inMonths, sourceShown, sourcesKnown } from "./choice.js";
import { EDGE, groupStyles, radiusOf, stylesOf } from "./signs.js";

const { Fill, Stroke, Style } = ol.style;
const HATCH = 240; // pixels of one piece of the hatch
const PAGE = 1000;
const PAGES = 5;
const HIT_PX = 5;
const GROUP_PX = 12;
const Z = { silence: 7, edge: 36, seen: 37 };

let today = null;
let layers = [];
let partly = false;
let told = () => {};

const tiles = (name) => new ol.source.VectorTile({
  format: new ol.format.MVT({ layers: [name] }),
  url: `/api/v1/tiles/${name}/{z}/{x}/{y}.mvt`,
  tileGrid: ol.tilegrid.createXYZ({ maxZoom: 14, tileSize: 512 }),
  transition: 0,
});

/** Return an observation's styles, or null where source or months are not shown. */
function styleOfSeen(feature) {
  const one = feature.getProperties();
  if (!sourceShown(one.source)) return null;
  if (one.n) return hasPeriod() ? null : groupStyles(one.n);
  if (!inMonths(one)) return null;
  const { point, ground } = stylesOf(one, today);
  return feature.getGeometry().getType().endsWith("Point") ? point : ground;
}

const surveyShown = (feature) => sourceShown(feature.get("source")) && inMonths({ from: feature.get("from"), to: feature.get("to") });
const taken = [new Style({ fill: new Fill({ color: "#000" }), stroke: new Stroke({ color: "#000", width: 1 }) })];
const edge = [
  new Style({ stroke: new Stroke({ color: "rgba(255,255,255,0.9)", width: 4.5 }) }),
  new Style({ stroke: new Stroke({ color: EDGE, width: 2.4, lineDash: [9, 5] }) }),
];

function hatch(context, ratio) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = HATCH * ratio;
  const brush = canvas.getContext("2d");
  brush.scale(ratio, ratio);
  brush.fillStyle = "rgba(102, 112, 133, 0.13)";
  brush.fillRect(0, 0, HATCH, HATCH);
  brush.strokeStyle = "rgba(102, 112, 133, 0.45)";
  for (let x = -HATCH; x < HATCH; x += 12) brush.stroke(new Path2D(`M${x} ${HATCH}L${x + HATCH} 0`));
  brush.font = "600 12px sans-serif";
  brush.textAlign = "center";
  brush.lineWidth = 4;
  brush.strokeStyle = "rgba(255, 255, 255, 0.85)";
  brush.fillStyle = "#475467";
  for (const [x, y] of [[60, 50], [180, 170]]) {
    brush.strokeText(t("activityNotSurveyedWord"), x, y);
    brush.fillText(t("activityNotSurveyedWord"), x, y);
  }
  return context.createPattern(canvas, "repeat");
}

/** Hatch the whole canvas; what is drawn after that takes the hatch away. */
function beginSilence({ context, frameState }) {
  const ratio = frameState.pixelRatio;
  const [x, y] = ol.proj.fromLonLat([24, -3]); // any fixed place: the hatch moves with the map
  const [a, b, c, d, e, f] = frameState.coordinateToPixelTransform;
  const at = [a * x + c * y + e, b * x + d * y + f].map((one) => (one % HATCH) * ratio);
  const pattern = hatch(context, ratio);
  pattern.setTransform(new DOMMatrix().translate(...at));
  context.save();
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.fillStyle = pattern;
  context.fillRect(0, 0, context.canvas.width, context.canvas.height);
  context.restore();
  context.globalCompositeOperation = "destination-out";
}

/** Return a layer that takes surveyed ground out of the hatch; the first one of a map lays the hatch, the last one ends it. */
function silenceLayer(kind, source, { first, last }) {
  const layer = new kind({
    source, zIndex: Z.silence, className: "silence", renderMode: "vector", renderBuffer: 0,
    style: (feature) => (surveyShown(feature) ? taken : null), properties: { name: "activity_silence" },
  });
  layer.on("prerender", (event) => (first ? beginSilence(event) : (event.context.globalCompositeOperation = "destination-out")));
  layer.on("postrender", ({ context }) => { if (last) context.globalCompositeOperation = "source-over"; });
  return layer;
}

const edgeLayer = (kind, source) => new kind({ source, zIndex: Z.edge, style: (feature) => (surveyShown(feature) ? edge : null), properties: { name: "activity_survey" } });
const seenLayer = (kind, source) => new kind({ source, zIndex: Z.seen, style: styleOfSeen, properties: { name: "activity" } });

const { VectorTile, Vector } = ol.layer;
const geojson = () => new ol.format.GeoJSON({ dataProjection: "EPSG:4326", featureProjection: "EPSG:3857" });

function featureOf({ geometry, during, ...rest }) {
  const feature = geojson().readFeature({ type: "Feature", geometry, properties: { ...rest, from: during?.from ?? during?.start, to: during?.to ?? during?.end } });
  feature.setId(rest.id);
  return feature;
}

/** Read what the sources for offices saw within an extent, some pages of it. */
async function readOwn(source, extent) {
  const bbox = ol.proj.transformExtent(extent, "EPSG:3857", "EPSG:4326");
  const box = [Math.max(bbox[0], -180), Math.max(bbox[1], -90), Math.min(bbox[2], 180), Math.min(bbox[3], 90)].join(",");
  for (const { code } of sourcesKnown().filter((one) => !one.public)) {
    let after = 0;
    for (let page = 0; page < PAGES && after !== null; page += 1) {
      const answer = await get("/activity/observations", { bbox: box, source: code, after, limit: PAGE });
      source.addFeatures(answer.items.map(featureOf));
      after = answer.next;
    }
    if (after !== null) partly = true;
  }
  told();
}

function ownSeen() {
  const source = new ol.source.Vector({
    strategy: ol.loadingstrategy.bbox,
    loader: (extent, resolution, projection, done, failed) => readOwn(source, extent).then(() => done([]), () => {
      source.removeLoadedExtent(extent);
      failed();
    }),
  });
  return source;
}

async function ownSurveyed() {
  const codes = new Set(sourcesKnown().filter((one) => !one.public).map(({ code }) => code));
  const surveys = (await get("/activity/surveys")).filter(({ source }) => codes.has(source));
  return new ol.source.Vector({ features: surveys.map(({ extent, ...rest }) => featureOf({ ...rest, geometry: extent })) });
}

/** Build the layers anew for this reader and put them on the map, in place of those before. */
export async function layActivity(day, whenTold) {
  today = day;
  told = whenTold;
  partly = false;
  const surveyed = tiles("activity_survey");
  const seen = tiles("activity");
  const ground = sourcesKnown().some((one) => !one.public) ? await ownSurveyed() : null;
  const build = () => [
    silenceLayer(VectorTile, surveyed, { first: true, last: ground === null }),
    ...(ground ? [silenceLayer(Vector, ground, { first: false, last: true }), edgeLayer(Vector, ground)] : []),
    edgeLayer(VectorTile, surveyed), seenLayer(VectorTile, seen),
  ];
  takeAway();
  layers = build();
  layers.forEach((layer, at) => layer.set("again", () => build()[at]));
  if (ground) {
    const source = ownSeen();
    layers.push(seenLayer(Vector, source));
  }
  layers.forEach((layer) => mapItself().addLayer(layer));
  fade("activity", layers.filter((layer) => layer.get("name") !== "activity_silence"));
}

function takeAway() {
  layers.forEach((layer) => mapItself().removeLayer(layer));
  layers = [];
}

function isUnder(feature, coordinate, resolution) {
  if (styleOfSeen(feature) === null) return false;
  const type = feature.getType?.() ?? feature.getGeometry().getType();
  const shape = feature.getType ? ol.render.Feature.toGeometry(feature) : feature.getGeometry();
  if (!type.endsWith("Point")) return shape.intersectsCoordinate(coordinate);
  const { n, patch_ha: patch } = feature.getProperties();
  const [x, y] = shape.getClosestPoint(coordinate);
  return Math.hypot(x - coordinate[0], y - coordinate[1]) <= ((n ? GROUP_PX : radiusOf(patch)) + HIT_PX) * resolution;
}

/** Return what was seen at a place [lon, lat], each once: { layer: "activity", id, n, source, … }. */
export function seenUnder(place) {
  const coordinate = ol.proj.fromLonLat(place);
  const resolution = mapItself().getView().getResolution();
  const near = ol.extent.buffer([...coordinate, ...coordinate], (GROUP_PX + HIT_PX) * resolution);
  const asked = layers.filter((layer) => layer.get("name") === "activity" && layer.getVisible());
  const found = asked.flatMap((layer) => layer.getFeaturesInExtent?.(near) ?? layer.getSource().getFeaturesInExtent(near));
  const under = found.filter((feature) => isUnder(feature, coordinate, resolution)).map((feature) => ({ ...feature.getProperties(), layer: "activity" }));
  return [...new Map(under.map((one) => [one.id ?? "group", one])).values()];
}

/** Show or hide all of it, and draw it as it is chosen now. */
export function drawActivity(visible) {
  for (const layer of layers) {
    layer.setVisible(visible);
    layer.changed();
  }
}

/** How many observations of sources for offices are drawn, where not all of them are; else null. */
export const drawnPartly = () => (partly ? layers.at(-1).getSource().getFeatures().length : null);
