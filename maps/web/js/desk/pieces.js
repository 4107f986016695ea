// Carrés of a file marked on the map: what a version gained and lost, what a finding is about.

import { geometryOf } from "../cells/lonlat.js";
import { mapItself } from "../map.js";

const LOOKS = { gained: ["#0b6e4f", null], lost: ["#b42318", [6, 4]], piece: ["#b54708", null] };

const styleOf = ([colour, lineDash]) => new ol.style.Style({
  stroke: new ol.style.Stroke({ color: colour, width: 3, lineDash }),
  fill: new ol.style.Fill({ color: `${colour}40` }),
});

let layer = null;

/** Take the marks away. */
export function clearPieces() {
  if (layer) mapItself().removeLayer(layer);
  layer = null;
}

/** Mark runs of carrés: { gained, lost, piece }, each optional; earlier marks go. */
export function markPieces(marked) {
  clearPieces();
  const format = new ol.format.GeoJSON({ featureProjection: "EPSG:3857" });
  const features = Object.entries(marked).filter(([, runs]) => runs?.length).map(([as, runs]) => {
    const feature = new ol.Feature(format.readGeometry(geometryOf(runs)));
    feature.setStyle(styleOf(LOOKS[as]));
    return feature;
  });
  layer = new ol.layer.Vector({ source: new ol.source.Vector({ features }), zIndex: 41, properties: { name: "pieces" } });
  mapItself().addLayer(layer);
}
