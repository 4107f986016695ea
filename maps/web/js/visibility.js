// What is switched on: kinds, states, verdicts and base layers, kept in the permalink.

import { readHash, writeHash } from "./hash.js";

const listeners = new Set();
const shown = new Map(); // name → { on, byDefault }

const asked = (name, byDefault, { off, on }) => (byDefault ? !off.includes(name) : on.includes(name));
const tell = (name) => listeners.forEach((listener) => listener(name));

/** Declare a layer by name with its default; the permalink may say otherwise. */
export function declare(name, byDefault) {
  shown.set(name, { on: asked(name, byDefault, readHash()), byDefault });
}

/** Is this layer switched on? Unknown names are. */
export const isShown = (name) => shown.get(name)?.on ?? true;

/** Keep in the permalink what differs from the defaults, and names that no part of the page declared yet. */
function keep() {
  const before = readHash();
  const differing = (byDefault, named) => [
    ...named.filter((name) => !shown.has(name)),
    ...[...shown].filter(([, one]) => one.byDefault === byDefault && one.on !== byDefault).map(([name]) => name),
  ].join(",");
  writeHash({ off: differing(true, before.off), on: differing(false, before.on) });
}

/** Switch a layer. */
export function show(name, on) {
  shown.get(name).on = on;
  keep();
  tell(name);
}

/** Take every switch from the address, after somebody opened another permalink in this page. */
export function followVisibility() {
  const said = readHash();
  for (const [name, one] of shown) {
    const on = asked(name, one.byDefault, said);
    if (on === one.on) continue;
    one.on = on;
    tell(name);
  }
}

/** Call back after each switch; return how that ends. */
export function onVisibility(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

window.addEventListener("hashchange", followVisibility);
