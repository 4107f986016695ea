// One editing of a layout: features, history, what is selected, the tool, and points that are being placed.
//
// What was not saved is kept in the browser's store under the area, so that a cut link or a closed tab
// loses nothing. `version` is the newest version of the server that the drawing follows.

import { back, forward, freeId, ordered, START, taken } from "./edits.js";
import { geometryOf, leastPoints } from "./shapes.js";

const PREFIX = "mabele.layout.";

/** Return what is kept of an area's drawing, { features, history, version }, or null. */
export function keptOf(area) {
  try {
    const kept = JSON.parse(localStorage.getItem(PREFIX + area));
    return kept && { features: ordered(kept.features.map(Object.freeze)), history: kept.history, version: kept.version };
  } catch {
    return null; // storage is closed, or holds what an older page wrote
  }
}

/** Forget what is kept of an area's drawing. */
export function forget(area) {
  try {
    localStorage.removeItem(PREFIX + area);
  } catch {
    // nothing was kept
  }
}

/** Open an editing; `tool` is { kind, shape } with which drawing begins. */
export function openSession({ area, features, history = START, version, tool }) {
  const listeners = new Set();
  const now = { area, features: ordered(features), history, version, selected: null, drawing: false, sketch: [], ...tool };
  const tell = (what) => listeners.forEach((listener) => listener(what));

  function keep() {
    const { history: past, version: from } = now;
    try {
      localStorage.setItem(PREFIX + area, JSON.stringify({ features: now.features, history: past, version: from }));
    } catch {
      // full or closed: the editing then lasts as long as the page
    }
  }

  function become([past, next], what) {
    if (next === now.features) return false;
    now.history = past;
    now.features = next;
    if (!next.some(({ id }) => id === now.selected)) now.selected = null;
    keep();
    tell(what);
    return true;
  }

  const change = (label, before, after, what = "features") => become(taken(now.history, now.features, { label, before, after }), what);
  const selected = () => now.features.find(({ id }) => id === now.selected) ?? null;

  return {
    now,
    selected,
    change,
    on: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    undo: () => become(back(now.history, now.features), "features"),
    redo: () => become(forward(now.history, now.features), "features"),
    /** Change a value of the selected feature; `what` is "form" where a field of the page did it. */
    amend(label, values, what = "form") {
      const before = selected();
      if (!before || Object.entries(values).every(([name, value]) => before[name] === value)) return false;
      return change(label, [before], [Object.freeze({ ...before, ...values })], what);
    },
    remove(label) {
      const before = selected();
      return before ? change(label, [before], []) : false;
    },
    /** Place a point; a shape of one point is finished by it. Return whether it was placed. */
    place(point, label) {
      now.sketch = [...now.sketch, point];
      if (now.shape === "Point") return this.finish(label);
      tell("sketch");
      return true;
    },
    unplace() {
      now.sketch = now.sketch.slice(0, -1);
      tell("sketch");
    },
    /** Make a feature of the points that were placed; false where they are too few. */
    finish(label) {
      const { kind, shape, sketch } = now;
      if (sketch.length < leastPoints(shape)) return false;
      const id = freeId(now.features, kind);
      const made = Object.freeze({ id, kind, name: null, depth_m: null, width_m: null, geometry: geometryOf(shape, sketch) });
      Object.assign(now, { sketch: [], drawing: false, selected: id });
      return change(label, [], [made]);
    },
    /** Set selected, drawing, kind, shape, sketch, or the version that is followed. */
    set(next) {
      Object.assign(now, next);
      tell("tool");
    },
  };
}
