// Areas of carrés: the legal one is a count, the true one is measured on the ellipsoid.

import { count, toRuns } from "./set.js";

const NOMINAL_THOUSANDTHS = 84955; // Règlement minier art. 2: 84.955 ha, in thousandths of a hectare
const CELL = 1 / 120; // degrees
const A = 6378137; // WGS 84, metres
const F = 1 / 298.257223563;
const B = A * (1 - F);
const E = Math.sqrt(F * (2 - F));

/** Return the legal area in thousandths of a hectare: an integer, so that nothing is rounded. */
export const legalThousandths = (cells) => cells * NOMINAL_THOUSANDTHS;

/** Return the legal area in hectares, for showing. */
export const legalAreaHa = (set) => legalThousandths(count(set)) / 1000;

// The integral of a band's area, Snyder (USGS 1395), eq. 3-12.
function q(latitude) {
  const sine = Math.sin((latitude * Math.PI) / 180);
  return sine / (1 - (E * sine) ** 2) + Math.atanh(E * sine) / E;
}

const cellAreaM2 = (row) => ((B * B) / 2) * ((CELL * Math.PI) / 180) * (q((row + 1) * CELL) - q(row * CELL));

/** Return the true area of the carrés in hectares, on the WGS 84 ellipsoid. */
export function trueAreaHa(set) {
  let sum = 0;
  for (const [row, from, after] of toRuns(set)) sum += (after - from) * cellAreaM2(row);
  return sum / 10000;
}
