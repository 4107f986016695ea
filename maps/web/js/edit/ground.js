// The ground being edited as it is drawn: the lattice, the draft, its host, pieces, the cursor.

import { outlineOf } from "../cells/parts.js";
import { EMPTY, fromRuns, rectangle } from "../cells/set.js";
import { canvasPattern } from "../patterns.js";

const PER_DEGREE = 120;
const LATTICE_FROM = 40; // metres a pixel: closer, single carrés can be told apart
const { Fill, Stroke, Style } = ol.style;

/** Return a node or a position in carrés as a map coordinate. */
export const toMap = ([col, row]) => ol.proj.fromLonLat([col / PER_DEGREE, row / PER_DEGREE]);

/** Return a map coordinate as a position in carrés, with fractions. */
export function toCells(coordinate) {
  const [lon, lat] = ol.proj.toLonLat(coordinate);
  return [lon * PER_DEGREE, lat * PER_DEGREE];
}

const closed = (ring) => [...ring, ring[0]].map(toMap);

/** Return a set of carrés as a geometry of the map. */
export const shapeOf = (cells) => new ol.geom.MultiPolygon(outlineOf(cells).map((rings) => rings.map(closed)));

const white = (width) => new Style({ stroke: new Stroke({ color: "rgba(255,255,255,0.95)", width }) });
const line = (colour, width, more = {}) => new Style({ stroke: new Stroke({ color: colour, width, ...more }) });

function styles() {
  const hatched = new Style({ fill: new Fill({ color: canvasPattern("lines", "rgba(180,35,24,0.75)", 1.2) ?? "rgba(180,35,24,0.25)" }) });
  return {
    host: [white(4), line("#6b4f00", 1.8, { lineDash: [9, 5] })],
    draft: [new Style({ fill: new Fill({ color: "rgba(11,92,79,0.22)" }) }), white(5.5), line("#0b5c4f", 3)],
    piece: [hatched, white(4.5), line("#b42318", 2.4)],
    lost: [line("#b42318", 2, { lineDash: [4, 4] })],
    sketch: [new Style({ fill: new Fill({ color: "rgba(31,95,191,0.18)" }) }), line("#1f5fbf", 2, { lineDash: [6, 4] })],
    cursor: [white(5), line("#17212b", 2.4)],
    ring: [white(4), line("#b42318", 2, { lineDash: [6, 5] })],
  };
}

/** Return the sign of a fault: a red disc with the numbers of its lines. */
const faultStyle = (words) => new Style({
  image: new ol.style.Circle({ radius: words.length > 2 ? 15 : 11, fill: new Fill({ color: "#b42318" }), stroke: new Stroke({ color: "#fff", width: 2.5 }) }),
  text: new ol.style.Text({ text: words || "!", font: "700 12px system-ui, sans-serif", fill: new Fill({ color: "#fff" }) }),
  zIndex: 9,
});

function latticeLines(extent, resolution) {
  if (resolution > LATTICE_FROM) return null;
  const [west, south] = toCells([extent[0], extent[1]]).map(Math.floor);
  const [east, north] = toCells([extent[2], extent[3]]).map(Math.ceil);
  const lines = [];
  for (let col = west; col <= east; col += 1) lines.push([toMap([col, south]), toMap([col, north])]);
  for (let row = south; row <= north; row += 1) lines.push([toMap([west, row]), toMap([east, row])]);
  return new ol.geom.MultiLineString(lines);
}

/** Put the layers of an editing on the map; return how they are changed, and how they go. */
export function drawGround(map) {
  const known = styles();
  const source = new ol.source.Vector();
  const lattice = new ol.source.Vector();
  const features = new Map();
  const quiet = line("rgba(71,84,103,0.35)", 1);
  const layers = [
    new ol.layer.Vector({ source: lattice, style: quiet, zIndex: 36, properties: { name: "lattice" } }),
    new ol.layer.Vector({ source, zIndex: 40, style: (feature) => known[feature.get("as")] ?? faultStyle(feature.get("as")), updateWhileInteracting: true, properties: { name: "draft" } }),
  ];
  layers.forEach((layer) => map.addLayer(layer));

  function set(name, geometry, as = name) {
    if (features.has(name)) source.removeFeature(features.get(name));
    features.delete(name);
    if (!geometry) return;
    const feature = new ol.Feature({ geometry, as });
    features.set(name, feature);
    source.addFeature(feature);
  }

  function drawLattice() {
    const size = map.getSize();
    if (!size) return;
    const view = map.getView();
    const lines = latticeLines(view.calculateExtent(size), view.getResolution());
    lattice.clear();
    if (lines) lattice.addFeature(new ol.Feature({ geometry: lines }));
  }

  map.on("moveend", drawLattice);
  drawLattice();
  function faults(found, ring = []) {
    for (const name of [...features.keys()].filter((key) => key.startsWith("fault-"))) set(name, null);
    set("fault-ring", ring.length > 1 ? new ol.geom.LineString([...ring, ring[0]].map((at) => ol.proj.fromLonLat(at))) : null, "ring");
    found.filter(({ at }) => at).forEach(({ at, lines }, n) => set(`fault-${n}`, new ol.geom.Point(ol.proj.fromLonLat(at)), lines.join("·")));
  }

  const cells = (name) => (ground) => set(name, ground?.length ? shapeOf(ground) : null);
  return {
    host: cells("host"),
    draft: cells("draft"),
    piece: cells("piece"),
    lost: cells("lost"),
    sketch: cells("sketch"),
    track: (points) => set("track", points.length > 1 ? new ol.geom.LineString(points.map(toMap)) : null, "sketch"),
    cursor: (cell) => set("cursor", cell ? shapeOf(rectangle(cell, cell)) : null),
    /** Mark faults { at: [lon, lat], lines } and the ring that was typed; none takes both away. */
    faults,
    remove() {
      map.un("moveend", drawLattice);
      layers.forEach((layer) => map.removeLayer(layer));
    },
  };
}

/** Return the carrés of runs that the server sent, empty where there are none. */
export const groundOf = (runs) => (runs?.length ? fromRuns(runs) : EMPTY);
