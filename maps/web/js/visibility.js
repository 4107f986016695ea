// What is switched on: kinds, states, verdicts and base layers, kept in the permalink.

import { readHash, writeHash } from "./hash.js";

const listeners = new Set();
const shown = new Map(); // name → { on, default }

/** Declare a layer by name with its default; the permalink may say otherwise. */
export function declare(name, byDefault) {
  const { off, on } = readHash();
  shown.set(name, { on: byDefault ? !off.includes(name) : on.includes(name), byDefault });
}

/** Is this layer switched on? Unknown names are. */
export const isShown = (name) => shown.get(name)?.on ?? true;

/** Switch a layer. */
export function show(name, on) {
  shown.get(name).on = on;
  const entries = [...shown];
  writeHash({
    off: entries.filter(([, s]) => s.byDefault && !s.on).map(([n]) => n).join(","),
    on: entries.filter(([, s]) => !s.byDefault && s.on).map(([n]) => n).join(","),
  });
  for (const listener of listeners) listener(name);
}

/** Call back after each switch. */
export const onVisibility = (listener) => listeners.add(listener);
