// What hangs together: contiguous parts, enclaves, the outline. Contact is a shared edge (GRID-6).

import { bounds, count, EMPTY, fromRuns, minus, rectangle, shifted, toRuns, union } from "./set.js";

function rootOf(roots, index) {
  let at = index;
  while (roots[at] !== at) {
    roots[at] = roots[roots[at]];
    at = roots[at];
  }
  return at;
}

/** Return for each run the number of its part. Runs of neighbouring rows meet where columns overlap. */
function partNumbers(runs) {
  const roots = runs.map((_, index) => index);
  let below = 0;
  for (let above = 0; above < runs.length; above += 1) {
    const [row, from, after] = runs[above];
    while (below < above && (runs[below][0] < row - 1 || (runs[below][0] === row - 1 && runs[below][2] <= from))) below += 1;
    for (let at = below; at < above && runs[at][0] === row - 1 && runs[at][1] < after; at += 1) {
      const [one, other] = [rootOf(roots, at), rootOf(roots, above)];
      roots[Math.max(one, other)] = Math.min(one, other);
    }
  }
  return roots.map((_, index) => rootOf(roots, index));
}

/** Return the contiguous parts, in the order of their first run. */
export function partsOf(set) {
  const runs = toRuns(set);
  const byPart = new Map();
  partNumbers(runs).forEach((part, index) => {
    if (!byPart.has(part)) byPart.set(part, []);
    byPart.get(part).push(runs[index]);
  });
  return [...byPart.values()].map(fromRuns);
}

/** Return the enclaves: contiguous carrés outside that cannot reach the open by edges. */
export function holesOf(set) {
  if (!set.length) return [];
  const [left, bottom, right, top] = bounds(set);
  return partsOf(minus(rectangle([left - 1, bottom - 1], [right, top]), set)).slice(1);
}

/** Return the set with its enclaves filled. */
export const filled = (set) => holesOf(set).reduce(union, set);

/** Return the largest contiguous part; of equal ones the first. */
export const largestPart = (set) =>
  partsOf(set).reduce((best, part) => (count(part) > count(best) ? part : best), EMPTY);

function edgesOf(set) {
  const outgoing = new Map();
  const add = (c1, r1, c2, r2) => {
    const key = `${c1},${r1}`;
    if (!outgoing.has(key)) outgoing.set(key, []);
    outgoing.get(key).push([c2, r2]);
  };
  for (const [row, from, after] of toRuns(minus(set, shifted(set, 0, 1)))) add(from, row, after, row);
  for (const [row, from, after] of toRuns(minus(set, shifted(set, 0, -1)))) add(after, row + 1, from, row + 1);
  for (const [row, from, after] of toRuns(set)) {
    add(from, row + 1, from, row);
    add(after, row, after, row + 1);
  }
  return outgoing;
}

const turn = ([x0, y0], [x1, y1], [x2, y2]) => (x1 - x0) * (y2 - y1) - (y1 - y0) * (x2 - x1);

function take(outgoing, node, end) {
  const key = node.join();
  const left = outgoing.get(key).filter((other) => other !== end);
  if (left.length) outgoing.set(key, left);
  else outgoing.delete(key);
  return end;
}

function leftMost(ends, before, here) {
  return ends.reduce((best, end) => (turn(before, here, end) > turn(before, here, best) ? end : best));
}

function walk(outgoing) {
  const [key, ends] = outgoing.entries().next().value;
  const start = key.split(",").map(Number);
  const ring = [start];
  let [before, here] = [start, take(outgoing, start, ends[0])];
  while (here.join() !== key) {
    ring.push(here);
    const next = take(outgoing, here, leftMost(outgoing.get(here.join()), before, here));
    [before, here] = [here, next];
  }
  return ring;
}

/** Split a ring at every node that it visits more than once. */
function split(ring) {
  const simple = [];
  let path = [];
  const seen = new Map();
  for (const node of ring) {
    const key = node.join();
    if (seen.has(key)) {
      const loop = path.slice(seen.get(key));
      simple.push(loop);
      for (const left of loop.slice(1)) seen.delete(left.join());
      path = path.slice(0, seen.get(key) + 1);
    } else {
      seen.set(key, path.length);
      path.push(node);
    }
  }
  return [...simple, path];
}

const withoutStraight = (ring) =>
  ring.filter((node, at) => turn(ring.at(at - 1), node, ring[(at + 1) % ring.length]) !== 0);

/** Return twice the area of a ring in carrés: positive for a shell, negative for a hole. */
export const doubledArea = (ring) =>
  ring.reduce((sum, [x, y], at) => sum + x * ring[(at + 1) % ring.length][1] - ring[(at + 1) % ring.length][0] * y, 0);

/** Return the simple boundary rings in nodes [col, row], not closed, carrés on the left. */
export function ringsOf(set) {
  const outgoing = edgesOf(set);
  const rings = [];
  while (outgoing.size) rings.push(...split(walk(outgoing)));
  return rings.map(withoutStraight);
}

/** Return the outline: for each contiguous part its shell and its holes, as rings of nodes. */
export function outlineOf(set) {
  return partsOf(set).map((part) => {
    const rings = ringsOf(part);
    return [...rings.filter((ring) => doubledArea(ring) > 0), ...rings.filter((ring) => doubledArea(ring) < 0)];
  });
}
