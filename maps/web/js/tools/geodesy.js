// Lengths and areas on the ellipsoid WGS 84, by GeographicLib (Karney 2013), which is loaded when somebody measures.
// Positions are [lon, lat] in degrees, lengths metres, areas square metres, azimuths degrees clockwise from north.

import { el } from "../dom.js";

const PIECE_M = 20000; // a line on the map is bent at least so often
const MOST_PIECES = 128;
let loading = null;

/** Load the library once. */
export function loadGeodesic() {
  loading ??= new Promise((resolve, reject) => {
    const failed = () => {
      loading = null;
      reject(Object.assign(new Error(), { status: 0 }));
    };
    document.head.append(el("script", { src: "/static/vendor/geodesic.js", load: resolve, error: failed }));
  });
  return loading;
}

const ellipsoid = () => window.geodesic.Geodesic.WGS84;

/** Return the shortest line between two positions: { metres, azimuth } at its start. */
export function leg([lon1, lat1], [lon2, lat2]) {
  const { s12, azi1 } = ellipsoid().Inverse(lat1, lon1, lat2, lon2);
  return { metres: s12, azimuth: (azi1 + 360) % 360 };
}

/** Return positions along the shortest line between two, ends included, to draw it on a map. */
export function along([lon1, lat1], [lon2, lat2]) {
  const line = ellipsoid().InverseLine(lat1, lon1, lat2, lon2);
  const pieces = Math.min(MOST_PIECES, Math.max(1, Math.ceil(line.s13 / PIECE_M)));
  return Array.from({ length: pieces + 1 }, (_, i) => {
    const { lon2: lon, lat2: lat } = line.Position((line.s13 * i) / pieces);
    return [lon, lat];
  });
}

/** Return { squareMetres, metres } of the ground inside shortest lines between positions, the last joined to the first. */
export function polygon(positions) {
  const outline = ellipsoid().Polygon(false);
  for (const [lon, lat] of positions) outline.AddPoint(lat, lon);
  const { area, perimeter } = outline.Compute(false, true);
  return { squareMetres: Math.abs(area), metres: perimeter };
}

const side = ([ax, ay], [bx, by], [x, y]) => Math.sign((bx - ax) * (y - ay) - (by - ay) * (x - ax));
const crossing = (a, b, c, d) => side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0;

/** Do two sides of the closed outline cross? Its area would then say nothing. */
export function crossesItself(positions) {
  const sides = positions.map((start, i) => [start, positions[(i + 1) % positions.length]]);
  return sides.some(([a, b], i) => sides.some(([c, d], j) => j > i && crossing(a, b, c, d)));
}
