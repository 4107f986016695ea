// How strongly each group of layers is drawn: a share from 0.1 to 1, remembered, and kept in the permalink.

import { readHash, writeHash } from "../hash.js";

const KEY = "mabele.opacity";
const LEAST = 10; // per cent: what is wholly hidden is switched off instead
const groups = new Map(); // name → layers
const listeners = new Set();
let shares = null; // name → per cent, only those that differ from 100

function readShares(entries) {
  const pairs = entries.map((entry) => entry.split(":")).map(([name, share]) => [name, Number(share)]);
  return new Map(pairs.filter(([, share]) => Number.isInteger(share) && share >= LEAST && share < 100));
}

function remembered() {
  try {
    return (localStorage.getItem(KEY) ?? "").split(",").filter(Boolean);
  } catch {
    return []; // storage is closed in some private windows
  }
}

const asText = () => [...shares].map(([name, share]) => `${name}:${share}`).join(",");

/** A permalink says the whole view: what it does not fade is drawn in full. Without one, the last choice holds. */
function begin() {
  const said = readHash();
  shares = readShares(said.view ? said.fade : remembered());
  writeHash({ fade: asText() });
}

/** Return how strongly a group is drawn, in per cent. */
export function shareOf(name) {
  if (shares === null) begin();
  return shares.get(name) ?? 100;
}

const apply = (name) => groups.get(name).forEach((layer) => layer.setOpacity(shareOf(name) / 100));

/** Let layers be drawn as strongly as their group is: "titles", "zones", "overlaps", "base", or one of your own. */
export function fade(name, layers) {
  groups.set(name, [...(groups.get(name) ?? []), ...layers]);
  apply(name);
}

/** Return the names of the groups, in the order in which they were named. */
export const fadeGroups = () => [...groups.keys()];

/** Draw a group as strongly as `share` per cent says. */
export function setShare(name, share) {
  if (share >= 100) shares.delete(name);
  else shares.set(name, Math.max(LEAST, share));
  apply(name);
  writeHash({ fade: asText() });
  try {
    localStorage.setItem(KEY, asText());
  } catch {
    // the choice then lasts as long as the page
  }
}

/** Call back after another permalink changed the shares. */
export const onFade = (listener) => listeners.add(listener);

window.addEventListener("hashchange", () => {
  shares = readShares(readHash().fade);
  fadeGroups().forEach(apply);
  listeners.forEach((listener) => listener());
});

export const LEAST_SHARE = LEAST;
