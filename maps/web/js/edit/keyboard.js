// The whole of drawing by keyboard: a cursor that moves by carrés, in integers.

import { applied, brush, floodLike } from "../cells/tools.js";
import { common, has, rectangle } from "../cells/set.js";

const STEPS = { ArrowUp: [0, 1], ArrowDown: [0, -1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
const FAR = 10;
const FLOOD_REACH = 150; // carrés each way
const MOST_FLOODED = 20000;

/** Return what each key does, as { keys, does } with the key of its sentence. */
export const SHORTCUTS = [
  { keys: "← ↑ → ↓", does: "keyMove" },
  { keys: "Ctrl + ← ↑ → ↓", does: "keyFar" },
  { keys: "⇧ + ← ↑ → ↓", does: "keyStretch" },
  { keys: "Espace / Space", does: "keyToggle" },
  { keys: "Entrée / Enter", does: "keyEnter" },
  { keys: "F", does: "keyFlood" },
  { keys: "1 · 3 · 5", does: "keyWidth" },
  { keys: "A · R", does: "keyAdd" },
  { keys: "Ctrl + Z", does: "keyUndo" },
  { keys: "Ctrl + Y · Ctrl + ⇧ + Z", does: "keyRedo" },
  { keys: "Échap / Esc", does: "keyEscape" },
  { keys: "?", does: "keyHelp" },
];

function reached(now) {
  return now.anchor ? rectangle(now.anchor, now.cursor) : brush(now.cursor, now.width);
}

/**
 * Let the keyboard draw while `target` has it. `follow(cell)` brings a carré into view,
 * `words(tool)` labels an edit, `say(key)` announces, `help()` shows the shortcuts.
 */
export function drawWithKeys(target, session, { follow, words, say, help, tooLarge }) {
  const { now } = session;

  function move([dc, dr], event) {
    const far = event.ctrlKey || event.metaKey ? FAR : 1;
    const cursor = [now.cursor[0] + dc * far, now.cursor[1] + dr * far];
    session.set({ cursor, anchor: event.shiftKey ? (now.anchor ?? now.cursor) : null });
    follow(cursor);
    say(has(now.draft.cells, ...cursor) ? "cursorInside" : "cursorOutside");
  }

  function put(cells, adding, label) {
    const allowed = adding && now.host ? common(cells, now.host) : cells;
    const done = session.change(words(label), { cells: applied(now.draft.cells, allowed, adding) });
    session.set({ anchor: null });
    say(done ? (adding ? "saidAdded" : "saidTaken") : "saidNothing");
  }

  function toggle() {
    put(reached(now), now.anchor ? now.adding : !has(now.draft.cells, ...now.cursor), now.anchor ? "rectangle" : "brush");
  }

  function flood() {
    const [col, row] = now.cursor;
    const around = rectangle([col - FLOOD_REACH, row - FLOOD_REACH], [col + FLOOD_REACH, row + FLOOD_REACH]);
    const cells = floodLike(now.draft.cells, now.cursor, now.host ? common(now.host, around) : around, MOST_FLOODED);
    if (cells === null) tooLarge(MOST_FLOODED);
    else put(cells, !has(now.draft.cells, col, row), "flood");
  }

  const redo = (event) => event.key === "y" || (event.shiftKey && event.key.toLowerCase() === "z");
  const plain = {
    " ": toggle,
    Enter: () => put(reached(now), now.adding, now.anchor ? "rectangle" : "brush"),
    f: flood,
    a: () => session.set({ adding: true }),
    r: () => session.set({ adding: false }),
    1: () => session.set({ width: 1 }),
    3: () => session.set({ width: 3 }),
    5: () => session.set({ width: 5 }),
    "?": help,
  };

  function onKey(event) {
    const step = STEPS[event.key];
    const control = event.ctrlKey || event.metaKey;
    if (step) move(step, event);
    else if (control && (event.key.toLowerCase() === "z" || event.key === "y")) say((redo(event) ? session.redo : session.undo)() ? "saidBack" : "saidNothing");
    else if (event.key === "Escape" && now.anchor) session.set({ anchor: null });
    else if (!control && plain[event.key.length === 1 ? event.key.toLowerCase() : event.key]) plain[event.key.length === 1 ? event.key.toLowerCase() : event.key]();
    else return;
    event.preventDefault();
    event.stopImmediatePropagation(); // the map's own keys would also move the view
  }

  target.addEventListener("keydown", onKey, true);
  return () => target.removeEventListener("keydown", onKey, true);
}
