// Drawing by keyboard: the cross in the middle of the map places points, arrows move the map under it.

import { rounded } from "./shapes.js";

const STEPS = { ArrowUp: [0, 1], ArrowDown: [0, -1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
const STEP_PX = 10;
const FAR_PX = 80;

/** What each key does, with the key of its sentence. */
export const SHORTCUTS = [
  ["← ↑ → ↓", "keyPan"], ["Ctrl + ← ↑ → ↓", "keyPanFar"], ["+ · −", "keyZoom"], ["N", "keyNew"], ["Entrée / Enter", "keyPlace"],
  ["F", "keyFinish"], ["⌫", "keyUnplace"], ["Échap / Esc", "keyAbandon"], ["Suppr / Del", "keyRemove"],
  ["Ctrl + Z", "keyBack"], ["Ctrl + Y", "keyForth"], ["?", "keyHelp"],
];

/** Let the keyboard draw while `target` has it; `say(key, values)` announces. Return how it ends. */
export function drawWithKeys(target, map, session, { words, say, help }) {
  const { now } = session;
  const view = map.getView();

  function move([east, north], far) {
    const by = (far ? FAR_PX : STEP_PX) * view.getResolution();
    const [x, y] = view.getCenter();
    view.setCenter([x + east * by, y + north * by]);
    if (now.drawing) say("saidPlace", centre());
  }

  const centre = () => rounded(ol.proj.toLonLat(view.getCenter()));

  function place() {
    if (!now.drawing) return;
    session.place(centre(), words("layoutAdded"));
    say(now.drawing ? "saidPlaced" : "saidDone", centre());
  }

  function finish() {
    if (now.drawing) say(session.finish(words("layoutAdded")) ? "saidDone" : "saidTooFew", centre());
  }

  function abandon() {
    if (now.drawing) session.set({ drawing: false, sketch: [] });
  }

  function begin() {
    if (now.drawing) return;
    session.set({ drawing: true, sketch: [], selected: null });
    say("saidBegun", centre());
  }

  const plain = {
    n: begin,
    Enter: place,
    f: finish,
    Backspace: () => now.drawing && session.unplace(),
    Escape: abandon,
    Delete: () => !now.drawing && session.remove(words("layoutRemoved")),
    "?": help,
  };

  function onKey(event) {
    const control = event.ctrlKey || event.metaKey;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (STEPS[key]) move(STEPS[key], control);
    else if (control && key === "z" && !event.shiftKey) say(session.undo() ? "saidUndone" : "saidNone");
    else if (control && (key === "y" || key === "z")) say(session.redo() ? "saidRedone" : "saidNone");
    else if (!control && plain[key]) plain[key]();
    else return;
    event.preventDefault();
    event.stopImmediatePropagation(); // the map's own keys would also move the view
  }

  target.addEventListener("keydown", onKey, true);
  return () => target.removeEventListener("keydown", onKey, true);
}
