// A layout on the map: the area and who works where in it, the features, what is selected, points being placed.

import { canvasPattern } from "../patterns.js";

const { Circle, Fill, RegularShape, Stroke, Style, Text } = ol.style;
const FORMAT = new ol.format.GeoJSON({ dataProjection: "EPSG:4326", featureProjection: "EPSG:3857" });

/** Colour and hatch of each kind; the letter of its id on the map is the second sign. */
export const SIGNS = {
  pit: { colour: "#8f2d16", pattern: "lines" },
  bench: { colour: "#b5651d", pattern: "backlines" },
  waste: { colour: "#6b6457", pattern: "dots" },
  haul_way: { colour: "#3f4a56", pattern: "none" },
  ore_depot: { colour: "#6a3d9a", pattern: "grid" },
  water: { colour: "#1f5fbf", pattern: "none" },
  exclusion_strip: { colour: "#a1121f", pattern: "cross" },
  facility: { colour: "#0b5c4f", pattern: "none" },
  tunnel: { colour: "#17212b", pattern: "none" },
};

const stroke = (color, width, lineDash) => new Style({ stroke: new Stroke({ color, width, lineDash }) });

function words(text, colour, overflow = true) {
  return new Text({ text, font: '600 12px "Segoe UI", "Liberation Sans", Arial, sans-serif', overflow,
    fill: new Fill({ color: colour }), stroke: new Stroke({ color: "rgba(255,255,255,0.95)", width: 3 }) });
}

function featureStyle(feature, chosen) {
  const { colour, pattern } = SIGNS[feature.get("kind")] ?? SIGNS.facility;
  const width = chosen ? 4 : 2;
  const dash = feature.get("kind") === "tunnel" ? [8, 5] : undefined;
  const disc = new Circle({ radius: chosen ? 9 : 7, fill: new Fill({ color: colour }), stroke: new Stroke({ color: "#fff", width: 2 }) });
  const fill = new Fill({ color: canvasPattern(pattern, colour, 1) ?? `${colour}30` });
  return [stroke("rgba(255,255,255,0.95)", width + 3), new Style({ fill, image: disc, text: words(feature.getId(), colour), stroke: new Stroke({ color: colour, width, lineDash: dash }) })];
}

const corners = new Style({
  image: new RegularShape({ points: 4, radius: 8, angle: Math.PI / 4, fill: new Fill({ color: "#fff" }), stroke: new Stroke({ color: "#17212b", width: 2 }) }),
  geometry: (feature) => new ol.geom.MultiPoint(cornersOf(feature.getGeometry())),
});

const cornersOf = (geometry) => geometry.getType() === "Polygon" ? geometry.getCoordinates()[0].slice(0, -1)
  : geometry.getType() === "LineString" ? geometry.getCoordinates() : [];

const STYLES = {
  area: [stroke("rgba(255,255,255,0.95)", 5), stroke("#17212b", 2)],
  theirs: [stroke("rgba(255,255,255,0.95)", 5), stroke("#6a3d9a", 2.5, [4, 6])],
  sketch: [stroke("rgba(255,255,255,0.95)", 5), stroke("#1557c0", 2.5, [6, 4])],
};
const sketchPoint = new Style({ image: new Circle({ radius: 6, fill: new Fill({ color: "#1557c0" }), stroke: new Stroke({ color: "#fff", width: 2 }) }) });
const faultSign = new Style({ image: new Circle({ radius: 13, stroke: new Stroke({ color: "#a1121f", width: 3 }) }) });

function portionStyle(feature) {
  return [stroke("rgba(255,255,255,0.95)", 4), new Style({ stroke: new Stroke({ color: "#8a6d00", width: 1.8, lineDash: [9, 5] }), text: words(feature.get("label"), "#5c4900", false) })];
}

/** Return a GeoJSON geometry as the map has it, and back. */
export const toMap = (geometry) => FORMAT.readGeometry(geometry);
export const fromMap = (geometry) => FORMAT.writeGeometryObject(geometry, { decimals: 7 });

/** Put the layers of a layout on the map; return how they are changed, and how they go. */
export function drawLayout(map) {
  const sources = { under: new ol.source.Vector(), drawn: new ol.source.Vector(), over: new ol.source.Vector() };
  const chosen = new ol.Collection();
  const isChosen = (feature) => chosen.getArray().includes(feature);
  const layers = [
    new ol.layer.Vector({ source: sources.under, zIndex: 36, style: (feature) => STYLES[feature.get("as")] ?? portionStyle(feature) }),
    new ol.layer.Vector({ source: sources.drawn, zIndex: 41, declutter: true, updateWhileInteracting: true,
      style: (feature) => (isChosen(feature) ? [...featureStyle(feature, true), corners] : featureStyle(feature, false)), properties: { name: "layout" } }),
    new ol.layer.Vector({ source: sources.over, zIndex: 42, updateWhileAnimating: true, style: (feature) => feature.get("style") }),
  ];
  layers.forEach((layer) => map.addLayer(layer));
  const over = { sketch: [], fault: [] };

  function showOver(name, features) {
    over[name].forEach((feature) => sources.over.removeFeature(feature));
    over[name] = features;
    sources.over.addFeatures(features);
  }

  const styled = (geometry, style) => new ol.Feature({ geometry, style });

  return {
    chosen,
    layer: layers[1],
    /** Show the area, and the portions { geometry, label } in it. */
    under(area, portions) {
      sources.under.clear();
      sources.under.addFeature(new ol.Feature({ geometry: toMap(area), as: "area" }));
      sources.under.addFeatures(portions.map(({ geometry, label }) => new ol.Feature({ geometry: toMap(geometry), label })));
    },
    /** Show the features, one of them selected. */
    features(features, selected) {
      sources.drawn.clear();
      chosen.clear();
      for (const { id, kind, geometry } of features) {
        const feature = new ol.Feature({ geometry: toMap(geometry), kind });
        feature.setId(id);
        sources.drawn.addFeature(feature);
        if (id === selected) chosen.push(feature);
      }
      layers[1].changed();
    },
    theirs(features) {
      sources.under.getFeatures().filter((one) => one.get("as") === "theirs").forEach((one) => sources.under.removeFeature(one));
      sources.under.addFeatures(features.map(({ geometry }) => new ol.Feature({ geometry: toMap(geometry), as: "theirs" })));
    },
    /** Show points being placed, and the place where the next one would be. */
    sketch(points, next, shape) {
      const line = [...points, next].filter(Boolean).map((point) => ol.proj.fromLonLat(point));
      const closed = shape === "Polygon" && line.length > 2 ? [...line, line[0]] : line;
      const parts = points.map((point) => styled(new ol.geom.Point(ol.proj.fromLonLat(point)), sketchPoint));
      if (line.length > 1) parts.unshift(styled(new ol.geom.LineString(closed), STYLES.sketch));
      showOver("sketch", parts);
    },
    fault(place) {
      showOver("fault", place ? [styled(new ol.geom.Point(ol.proj.fromLonLat(place)), faultSign)] : []);
    },
    remove: () => layers.forEach((layer) => map.removeLayer(layer)),
  };
}
