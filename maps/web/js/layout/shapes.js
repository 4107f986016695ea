// Features of a layout as GeoJSON, and the points of a shape that can be edited by hand.

const PLACES = 1e7; // the seventh decimal of a degree, 1 cm: the tolerance of the server's check
const LEAST = { Point: 1, LineString: 2, Polygon: 3 };

export const rounded = ([lon, lat]) => [Math.round(lon * PLACES) / PLACES, Math.round(lat * PLACES) / PLACES];

/** How many points a shape needs. */
export const leastPoints = (type) => LEAST[type];

/** Return the points of a geometry, a ring without its repeated end; null where it is not one simple shape. */
export function pointsOf({ type, coordinates }) {
  if (type === "Point") return [coordinates];
  if (type === "LineString") return coordinates;
  if (type === "Polygon" && coordinates.length === 1) return coordinates[0].slice(0, -1);
  return null;
}

/** Return a geometry of points [lon, lat]. */
export function geometryOf(type, points) {
  const kept = points.map(rounded);
  if (type === "Point") return { type, coordinates: kept[0] };
  return { type, coordinates: type === "LineString" ? kept : [[...kept, kept[0]]] };
}

const metres = (value) => (value == null || value === "" ? null : String(value));

/** Return a feature of the drawing from what the server sent. */
export function fromServer({ id, properties, geometry }) {
  const { kind, name, depth_m: depth, width_m: width } = properties;
  return Object.freeze({ id: String(id), kind, name: name ?? null, depth_m: metres(depth), width_m: metres(width), geometry });
}

function toFeature({ id, kind, name, depth_m: depth, width_m: width, geometry }) {
  const properties = { kind };
  if (name) properties.name = name;
  if (depth != null) properties.depth_m = Number(depth);
  if (width != null) properties.width_m = Number(width);
  return { type: "Feature", id, properties, geometry };
}

/** Return the features as the file that the server reads. */
export function toFile(features) {
  const text = JSON.stringify({ type: "FeatureCollection", features: features.map(toFeature) });
  return new Blob([text], { type: "application/geo+json" });
}
