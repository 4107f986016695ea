// A perimeter as a value: sorted, disjoint stretches of carrés on one line of integers.
//
// A stretch (row, first column, column after the last) is the interval [row * STRIDE + first,
// row * STRIDE + after); columns stay far below half a stride, so rows never meet. A set is a
// Float64Array of starts and ends in turn: every number is an integer below 2^53, so nothing is
// ever rounded. Two sets are equal exactly when their arrays are. As in geo/perimeter.py.

const STRIDE = 2 ** 22;
const HALF = STRIDE / 2;

/** The set without carrés. */
export const EMPTY = new Float64Array(0);

const position = (row, col) => row * STRIDE + col;
const rowOf = (at) => Math.floor((at + HALF) / STRIDE);
const colOf = (at) => at - rowOf(at) * STRIDE;

/** Return the set of runs [row, from, after] in any order; overlapping and adjacent ones are merged. */
export function fromRuns(runs) {
  const sorted = runs.map(([row, from, after]) => [position(row, from), position(row, after)]).sort((a, b) => a[0] - b[0]);
  const made = [];
  for (const [start, end] of sorted) {
    if (made.length && start <= made.at(-1)) made[made.length - 1] = Math.max(made.at(-1), end);
    else made.push(start, end);
  }
  return Float64Array.from(made);
}

/** Return the set of carrés [col, row] in any order. */
export const fromCells = (cells) => fromRuns(cells.map(([col, row]) => [row, col, col + 1]));

/** Return the runs [row, from, after], sorted: the form that goes to the server. */
export function toRuns(set) {
  const runs = [];
  for (let at = 0; at < set.length; at += 2) {
    const row = rowOf(set[at]);
    runs.push([row, colOf(set[at]), set[at + 1] - row * STRIDE]);
  }
  return runs;
}

/** Return the carrés [col, row], sorted by row, then column. */
export function* cellsOf(set) {
  for (const [row, from, after] of toRuns(set)) for (let col = from; col < after; col += 1) yield [col, row];
}

/** How many carrés. */
export function count(set) {
  let sum = 0;
  for (let at = 0; at < set.length; at += 2) sum += set[at + 1] - set[at];
  return sum;
}

/** Is this carré in the set? */
export function has(set, col, row) {
  const wanted = position(row, col);
  let [low, high] = [0, set.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (set[middle] <= wanted) low = middle + 1;
    else high = middle;
  }
  return low % 2 === 1;
}

/** Are two sets the same carrés? */
export const same = (a, b) => a.length === b.length && a.every((value, at) => value === b[at]);

/** Combine two sets: `keep(inA, inB)` says what stays. One pass over both. */
function combine(a, b, keep) {
  const made = [];
  let [i, j, on] = [0, 0, false];
  while (i < a.length || j < b.length) {
    const at = Math.min(i < a.length ? a[i] : Infinity, j < b.length ? b[j] : Infinity);
    if (a[i] === at) i += 1;
    if (b[j] === at) j += 1;
    const wanted = keep(i % 2 === 1, j % 2 === 1);
    if (wanted !== on) made.push(at);
    on = wanted;
  }
  return Float64Array.from(made);
}

/** Carrés of either. */
export const union = (a, b) => combine(a, b, (x, y) => x || y);
/** Carrés of both. */
export const common = (a, b) => combine(a, b, (x, y) => x && y);
/** Carrés of the first that are not in the second. */
export const minus = (a, b) => combine(a, b, (x, y) => x && !y);
/** Carrés of one but not of both: the difference that an edit makes, and what undoes it. */
export const differing = (a, b) => combine(a, b, (x, y) => x !== y);

/** Return the set moved by whole columns and rows. */
export const shifted = (set, cols, rows) => set.map((at) => at + rows * STRIDE + cols);

/** Return [first col, first row, col after the last, row after the last]; null for the empty set. */
export function bounds(set) {
  if (!set.length) return null;
  const runs = toRuns(set);
  const [lows, highs] = [runs.map((run) => run[1]), runs.map((run) => run[2])];
  return [lows.reduce((a, b) => Math.min(a, b)), runs[0][0], highs.reduce((a, b) => Math.max(a, b)), runs.at(-1)[0] + 1];
}

/** Return the carrés of a rectangle given by two of its corner carrés, both within. */
export function rectangle([colA, rowA], [colB, rowB]) {
  const [low, high] = [Math.min(colA, colB), Math.max(colA, colB) + 1];
  const made = [];
  for (let row = Math.min(rowA, rowB); row <= Math.max(rowA, rowB); row += 1) made.push(position(row, low), position(row, high));
  return Float64Array.from(made);
}
