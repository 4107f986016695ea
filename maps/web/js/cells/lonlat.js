// Carrés as places on the map: bounds and outlines in degrees of longitude and latitude.

import { outlineOf } from "./parts.js";
import { fromRuns } from "./set.js";

const PER_DEGREE = 120;

/** Return [west, south, east, north] of runs, which are sorted by row. */
export function boundsOf(runs) {
  const west = runs.reduce((low, run) => Math.min(low, run[1]), Infinity);
  const east = runs.reduce((high, run) => Math.max(high, run[2]), -Infinity);
  return [west, runs[0][0], east, runs.at(-1)[0] + 1].map((at) => at / PER_DEGREE);
}

/** Return the outline of runs as a GeoJSON MultiPolygon. */
export const geometryOf = (runs) => ({
  type: "MultiPolygon",
  coordinates: outlineOf(fromRuns(runs)).map((rings) => rings.map((ring) => [...ring, ring[0]].map(([col, row]) => [col / PER_DEGREE, row / PER_DEGREE]))),
});
