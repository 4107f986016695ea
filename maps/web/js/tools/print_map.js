// The map of the page to print: the layers of the screen's map drawn again, three dots for each pixel, at a round scale.

import { CODES, codeLayer } from "../labels.js";
import { freeExtent, mapItself } from "../map.js";
import { drawFor } from "../patterns.js";

const DOTS = navigator.deviceMemory <= 2 ? 2 : 3; // 192 or 288 dots an inch
const PIXEL_M = 0.0254 / 96; // a pixel of CSS on paper
const ROUND = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10];
const PATIENCE_MS = 20000;
const LABELS_MS = 160; // codes find their places after the tiles
const NOTHING = { border: [0, 0, 0, 0], pill: null };

/** Return the least round number that is not below one. */
export function roundUp(number) {
  const power = 10 ** Math.floor(Math.log10(number));
  return ROUND.find((factor) => factor * power >= number * (1 - 1e-9)) * power;
}

/** Return metres on the ground for one of the map's, at a point. */
const groundPerMetre = (centre) => Math.cos((ol.proj.toLonLat(centre)[1] * Math.PI) / 180);

/** Return the view that shows an extent in a frame of pixels: { center, resolution, scale }, the scale round. */
export function viewOf([west, south, east, north], [width, height]) {
  const center = [(west + east) / 2, (south + north) / 2];
  const ground = groundPerMetre(center);
  const scale = roundUp((Math.max((east - west) / width, (north - south) / height) * ground) / PIXEL_M);
  return { center, resolution: (scale * PIXEL_M) / ground, scale };
}

function asStrong(layer, other) {
  layer.setOpacity(other.getOpacity());
  return layer;
}

/** Return a layer that draws the same, for another map; null for kinds of layers that the page does not have. */
function again(layer) {
  if (layer.get("again")) return asStrong(layer.get("again")(() => NOTHING), layer);
  const { name } = layer.getProperties();
  const common = {
    source: layer.getSource(), zIndex: layer.getZIndex(), opacity: layer.getOpacity(), properties: { name },
    minResolution: layer.getMinResolution(), maxResolution: layer.getMaxResolution(),
  };
  const drawn = { ...common, style: layer.getStyle(), declutter: layer.getDeclutter(), className: layer.getClassName() };
  if (layer instanceof ol.layer.VectorTile) return new ol.layer.VectorTile({ ...drawn, renderBuffer: layer.getRenderBuffer() });
  return layer instanceof ol.layer.Vector ? new ol.layer.Vector(drawn) : null;
}

const isRight = (layer) => layer instanceof ol.layer.VectorTile && ["titles", "zones", "restricted"].includes(layer.get("name"));

/** Wait until a map stands still; return whether it did. */
function settled(map) {
  return new Promise((resolve) => {
    const late = setTimeout(() => resolve(false), PATIENCE_MS);
    map.once("rendercomplete", () => {
      clearTimeout(late);
      resolve(true);
    });
    map.render();
  });
}

/**
 * Draw what the screen shows into `target`, whole and at a round scale. Returns { map, layers, scale, metresPerPixel,
 * ready, remove }: `ready` resolves to whether everything arrived.
 */
export function drawPrintMap(target) {
  drawFor(DOTS);
  const shown = mapItself().getAllLayers().filter((layer) => layer.getVisible());
  const layers = shown.filter((layer) => layer.get("name") !== CODES).map(again).filter(Boolean);
  const codes = codeLayer(layers.filter(isRight), 34);
  const { center, resolution, scale } = viewOf(freeExtent(), [target.clientWidth, target.clientHeight]);
  const view = new ol.View({ center, resolution, enableRotation: false, constrainOnlyCenter: true });
  const map = new ol.Map({ target, view, layers: [...layers, codes.layer], controls: [], interactions: [], pixelRatio: DOTS });
  const release = codes.attach(map, () => [0, 0, 0, 0]);
  let whole = true;
  const failed = () => { whole = false; };
  const tiled = layers.filter((layer) => layer instanceof ol.layer.VectorTile).map((layer) => layer.getSource());
  tiled.forEach((source) => source.on("tileloaderror", failed));
  const ready = settled(map).then(async (arrived) => {
    await new Promise((resolve) => setTimeout(resolve, LABELS_MS));
    return (await settled(map)) && arrived && whole;
  });
  const remove = () => {
    drawFor(null);
    release();
    tiled.forEach((source) => source.un("tileloaderror", failed));
    map.setTarget(null);
    map.setLayers([]);
    mapItself().getAllLayers().forEach((layer) => layer.changed());
  };
  return { map, layers, scale, metresPerPixel: resolution * groundPerMetre(center), ready, remove };
}
