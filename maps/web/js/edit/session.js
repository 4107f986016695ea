// One editing of ground: the draft, its history, the cursor and the tool. No page, no map.
//
// A draft is { cells, facts, lines }: `lines` are the vertices as typed { texts, crs } while its carrés
// are still those that they gave, else null. Every change of it is one edit that can be undone. What was
// not sent yet is kept in the browser's store under the draft's key: a closed tab or a cut link loses nothing.

import { back, edit, forward, fromPlain, START, taken, toPlain } from "../cells/moments.js";
import { EMPTY, fromRuns, same, toRuns } from "../cells/set.js";

const PREFIX = "mabele.draft.";
const TOOLS = ["brush", "rectangle", "lasso", "flood"];
export const WIDTHS = [1, 3, 5];

/** What may be asked of the tools. */
export const tools = () => TOOLS;

/** Return what is kept of an editing that was left, { cells, facts, lines, history, at }, or null. */
export function keptUnder(key) {
  try {
    const kept = JSON.parse(localStorage.getItem(PREFIX + key));
    if (!kept) return null;
    return { cells: fromRuns(kept.runs), facts: kept.facts, lines: kept.lines ? Object.freeze(kept.lines) : null, history: fromPlain(kept.history), at: kept.at };
  } catch {
    return null; // storage is closed, or holds what an older page wrote
  }
}

/** Forget what is kept of an editing. */
export function forget(key) {
  try {
    localStorage.removeItem(PREFIX + key);
  } catch {
    // nothing was kept
  }
}

/**
 * Open an editing. `host` is the ground that the draft must lie in, null for none; `cursor` the
 * carré where the keyboard begins. `facts` is a plain value that is replaced, never changed.
 */
export function openSession({ key, cells = EMPTY, facts = null, lines = null, host = null, cursor = [0, 0], history = START }) {
  const listeners = new Set();
  const now = { key, host, draft: { cells, facts, lines }, history, cursor, tool: "brush", width: 1, adding: true, anchor: null };
  const tell = (what) => listeners.forEach((listener) => listener(what));

  function keep() {
    const { draft, history: past } = now;
    const kept = { runs: toRuns(draft.cells), facts: draft.facts, lines: draft.lines, history: toPlain(past), at: new Date().toISOString() };
    try {
      localStorage.setItem(PREFIX + key, JSON.stringify(kept));
    } catch {
      // full or closed: the editing then lasts as long as the page
    }
  }

  function become([past, draft], what) {
    const changed = draft !== now.draft;
    now.history = past;
    now.draft = draft;
    if (!changed) return false;
    keep();
    tell(what);
    return true;
  }

  return {
    now,
    on: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    /** Change ground, facts or typed vertices as one edit; false where nothing differs. */
    change(label, next) {
      const drawn = next.cells && !same(next.cells, now.draft.cells);
      const after = { ...now.draft, ...(drawn ? { lines: null } : {}), ...next };
      const made = edit(label, now.draft, after);
      return made ? become([taken(now.history, made), after], "draft") : false;
    },
    undo: () => become(back(now.history, now.draft), "draft"),
    redo: () => become(forward(now.history, now.draft), "draft"),
    /** Set tool, width, adding, cursor or anchor. */
    set(next) {
      Object.assign(now, next);
      tell("tool");
    },
  };
}
