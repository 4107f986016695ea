// A company's own reference layers on the map: which are shown, drawn with their names. Loaded for companies alone.

import { get } from "../api.js";
import { byId } from "../dom.js";
import { mapItself } from "../map.js";
import { accountRole } from "../session.js";

const NAMES_FROM = 60; // metres a pixel: closer, names have room
const shown = new Map(); // id → layer of the map
const { Circle, Fill, Stroke, Style, Text } = ol.style;

function styleOf(feature, resolution) {
  const name = resolution < NAMES_FROM ? feature.get("name") : null;
  return [
    new Style({ stroke: new Stroke({ color: "rgba(255,255,255,0.9)", width: 4.5 }) }),
    new Style({
      fill: new Fill({ color: "rgba(109,40,140,0.12)" }),
      stroke: new Stroke({ color: "#6d288c", width: 2, lineDash: [7, 4] }),
      image: new Circle({ radius: 6, fill: new Fill({ color: "#6d288c" }), stroke: new Stroke({ color: "#fff", width: 2 }) }),
      text: name ? new Text({ text: name, font: "600 12px system-ui, sans-serif", overflow: true, offsetY: feature.getGeometry().getType() === "Point" ? -15 : 0,
        fill: new Fill({ color: "#4a1a60" }), stroke: new Stroke({ color: "#fff", width: 3 }) }) : undefined,
    }),
  ];
}

/** Is this layer on the map? */
export const isDrawn = (id) => shown.has(id);

/** Put a layer on the map. */
export async function draw(id) {
  const data = await get(`/private-layers/${id}`);
  hide(id);
  const features = new ol.format.GeoJSON({ dataProjection: "EPSG:4326", featureProjection: "EPSG:3857" }).readFeatures(data);
  const layer = new ol.layer.Vector({ source: new ol.source.Vector({ features }), style: styleOf, zIndex: 38, declutter: "private", properties: { name: `private-${id}` } });
  shown.set(id, layer);
  mapItself().addLayer(layer);
}

/** Take a layer off the map. */
export function hide(id) {
  if (shown.has(id)) mapItself().removeLayer(shown.get(id));
  shown.delete(id);
}

/** Return the bounds (west, south, east, north) of a layer on the map. */
export function boundsOf(id) {
  return ol.proj.transformExtent(shown.get(id).getSource().getExtent(), "EPSG:3857", "EPSG:4326");
}

// Whoever signs out leaves nothing behind on the map.
new MutationObserver(() => accountRole() !== "company" && [...shown.keys()].forEach(hide)).observe(byId("session-label"), { childList: true, characterData: true, subtree: true });
