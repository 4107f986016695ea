// The permalink: the view, the hidden layers, their opacity, the day and the selection, in the address after the #.

const FIRST = ["map", "title", "off", "on", "fade", "on_day", "known"]; // the order in which they are read best
const DAY = /^\d{4}-\d{2}-\d{2}$/;

const values = () => new URLSearchParams(location.hash.slice(1));
const listOf = (text) => (text ?? "").split(",").filter(Boolean);
const dayOf = (text) => (DAY.test(text ?? "") ? text : null);

/**
 * Return what the address says: { view: { zoom, lat, lon } | null, title, off, on, fade, onDay, known }.
 * `fade` is as it stands there (see fade.js); other parts of the page ask for theirs with `hashPart`.
 */
export function readHash() {
  const said = values();
  const [zoom, lat, lon] = (said.get("map") ?? "").split("/").map(Number);
  const known = [zoom, lat, lon].every(Number.isFinite) && Math.abs(lat) <= 85 && Math.abs(lon) <= 180;
  const title = Number(said.get("title"));
  return {
    view: known ? { zoom, lat, lon } : null,
    title: Number.isInteger(title) && title > 0 ? title : null,
    off: listOf(said.get("off")),
    on: listOf(said.get("on")),
    fade: listOf(said.get("fade")),
    onDay: dayOf(said.get("on_day")),
    known: dayOf(said.get("known")),
  };
}

/** Return one part of the address as text, or null: for what a part of the page keeps there itself. */
export const hashPart = (key) => values().get(key);

const place = (key) => (FIRST.includes(key) ? FIRST.indexOf(key) : FIRST.length);
const readable = (text) => encodeURIComponent(text).replace(/%2F/g, "/").replace(/%2C/g, ",").replace(/%3A/g, ":");

/** Change parts of the address without a new entry in the history; null takes a part out. */
export function writeHash(changes) {
  const said = values();
  for (const [key, value] of Object.entries(changes)) {
    if (value == null || value === "") said.delete(key);
    else said.set(key, value);
  }
  const parts = [...said].sort(([a], [b]) => place(a) - place(b));
  const text = parts.map(([key, value]) => `${readable(key)}=${readable(value)}`).join("&");
  history.replaceState(null, "", text ? `#${text}` : location.pathname);
}

/** Return the part of the address that names a view. */
export const viewText = (zoom, [lon, lat]) => `${zoom.toFixed(2)}/${lat.toFixed(5)}/${lon.toFixed(5)}`;
