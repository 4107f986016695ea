// "Make it lawful": the nearest ground that the findings leave, shown before it is taken.

import { largestPart } from "../cells/parts.js";
import { common, count, EMPTY, minus, union } from "../cells/set.js";
import { groundOf } from "./ground.js";

const AGAINST = new Set(["block", "queue"]);

/**
 * Return { cells, dropped } : the draft without the carrés that findings stand against and without
 * what lies outside its host, then its largest contiguous part; null where nothing would change.
 */
export function lawfulPart(cells, host, findings) {
  const barred = findings.filter((one) => AGAINST.has(one.settled)).map((one) => groundOf(one.runs)).reduce(union, EMPTY);
  const inside = host ? common(cells, host) : cells;
  const left = largestPart(minus(inside, barred));
  const dropped = minus(cells, left);
  return count(dropped) ? { cells: left, dropped } : null;
}
