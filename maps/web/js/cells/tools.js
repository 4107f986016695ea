// What the drawing tools reach: carrés under a brush, in a rectangle, in a lasso, in a flood.
// Positions of the pointer are in carrés (degrees × 120), with fractions; what comes back is whole.

import { EMPTY, fromRuns, has, minus, union } from "./set.js";

/** Return the carrés of a square brush around a carré: 1, 3 or 5 wide. */
export function brush([col, row], width) {
  const reach = (width - 1) / 2;
  const runs = [];
  for (let r = row - reach; r <= row + reach; r += 1) runs.push([r, col - reach, col + reach + 1]);
  return fromRuns(runs);
}

/** Return the carrés that a stroke of the brush between two carrés passes, without gaps. */
export function stroke([c0, r0], [c1, r1], width) {
  const steps = Math.max(Math.abs(c1 - c0), Math.abs(r1 - r0));
  let made = brush([c0, r0], width);
  for (let step = 1; step <= steps; step += 1) {
    const cell = [Math.round(c0 + ((c1 - c0) * step) / steps), Math.round(r0 + ((r1 - r0) * step) / steps)];
    made = union(made, brush(cell, width));
  }
  return made;
}

/** Return the carrés whose centre lies within a closed line, even-odd; positions in carrés. */
export function lasso(line) {
  if (line.length < 3) return EMPTY;
  const rows = line.map(([, y]) => y);
  const runs = [];
  for (let row = Math.floor(Math.min(...rows)); row <= Math.max(...rows); row += 1) {
    const crossed = crossings(line, row + 0.5);
    for (let at = 0; at + 1 < crossed.length; at += 2) {
      const [from, after] = [Math.ceil(crossed[at] - 0.5), Math.ceil(crossed[at + 1] - 0.5)];
      if (from < after) runs.push([row, from, after]);
    }
  }
  return fromRuns(runs);
}

function crossings(line, y) {
  const found = [];
  line.forEach(([x0, y0], at) => {
    const [x1, y1] = line[(at + 1) % line.length];
    if (y0 <= y !== y1 <= y) found.push(x0 + ((y - y0) / (y1 - y0)) * (x1 - x0));
  });
  return found.sort((a, b) => a - b);
}

/**
 * Return the carrés that hang together by edges with a first one and are not barred.
 * `barred(col, row)` says where to stop; null when it would flow over more than `most` carrés.
 */
export function flood([col, row], barred, most) {
  const waiting = [[col, row]];
  const seen = new Set();
  let made = [];
  while (waiting.length) {
    const [c, r] = waiting.pop();
    const key = `${c},${r}`;
    if (seen.has(key) || barred(c, r)) continue;
    if (seen.size === most) return null;
    seen.add(key);
    made.push([r, c, c + 1]);
    waiting.push([c + 1, r], [c - 1, r], [c, r + 1], [c, r - 1]);
  }
  return fromRuns(made);
}

/** Return a flood that fills what is like its first carré: within the drawn ground, or outside it. */
export function floodLike(set, cell, within, most) {
  const inside = has(set, ...cell);
  return flood(cell, (c, r) => has(set, c, r) !== inside || !has(within, c, r), most);
}

/** Return what an edit makes of a set: carrés added or taken away. */
export const applied = (set, cells, add) => (add ? union(set, cells) : minus(set, cells));
