// Undo and redo: one edit is one value, and the same value undoes it.
//
// An edit holds the carrés that differ before and after (an edit of carrés is its own inverse), the
// facts before and after, and the typed vertices before and after where they differ. A history is a value too; nothing is changed
// in place, so that it can be kept in the browser's store and shown after the tab was closed.

import { differing, EMPTY, fromRuns, toRuns } from "./set.js";

const MOST = 500;

/** The history of a draft that was not edited. */
export const START = Object.freeze({ past: [], future: [] });

/** Return an edit that leads from one draft { cells, facts, lines } to another; null where nothing differs. */
export function edit(label, before, after) {
  const cells = differing(before.cells, after.cells);
  const lines = before.lines === after.lines ? null : [before.lines ?? null, after.lines ?? null];
  if (!cells.length && before.facts === after.facts && !lines) return null;
  return Object.freeze({ label, cells, before: before.facts, after: after.facts, lines });
}

/** Return a draft after an edit, or after its undoing. */
export const redone = (draft, { cells, after, lines }) => ({ cells: differing(draft.cells, cells), facts: after, lines: lines ? lines[1] : draft.lines });
export const undone = (draft, { cells, before, lines }) => ({ cells: differing(draft.cells, cells), facts: before, lines: lines ? lines[0] : draft.lines });

/** Return the history with an edit taken; what was undone before is forgotten. */
export const taken = ({ past }, made) => ({ past: [...past, made].slice(-MOST), future: [] });

/** Return [history, draft] one edit back, or one forward; the same ones where there is none. */
export function back({ past, future }, draft) {
  if (!past.length) return [{ past, future }, draft];
  const last = past.at(-1);
  return [{ past: past.slice(0, -1), future: [last, ...future] }, undone(draft, last)];
}

export function forward({ past, future }, draft) {
  if (!future.length) return [{ past, future }, draft];
  const [next, ...rest] = future;
  return [{ past: [...past, next], future: rest }, redone(draft, next)];
}

const plain = (made) => ({ ...made, cells: toRuns(made.cells) });
const revived = (made) => Object.freeze({ ...made, cells: made.cells?.length ? fromRuns(made.cells) : EMPTY, lines: made.lines?.map((lines) => lines && Object.freeze(lines)) ?? null });

/** Return a history as plain data for the browser's store, and back. */
export const toPlain = ({ past, future }) => ({ past: past.map(plain), future: future.map(plain) });
export const fromPlain = ({ past, future }) => ({ past: past.map(revived), future: future.map(revived) });
