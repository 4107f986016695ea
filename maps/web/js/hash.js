// The permalink: the view, the hidden layers and the selection, in the address after the #.

const KEYS = ["map", "title", "off", "on", "on_day", "known"];
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Return what the address says: { view: { zoom, lat, lon } | null, title, off, on, onDay, known }. */
export function readHash() {
  const values = new URLSearchParams(location.hash.slice(1));
  const [zoom, lat, lon] = (values.get("map") ?? "").split("/").map(Number);
  const known = [zoom, lat, lon].every(Number.isFinite) && Math.abs(lat) <= 85 && Math.abs(lon) <= 180;
  const title = Number(values.get("title"));
  return {
    view: known ? { zoom, lat, lon } : null,
    title: Number.isInteger(title) && title > 0 ? title : null,
    off: (values.get("off") ?? "").split(",").filter(Boolean),
    on: (values.get("on") ?? "").split(",").filter(Boolean),
    onDay: DAY.test(values.get("on_day") ?? "") ? values.get("on_day") : null,
    known: DAY.test(values.get("known") ?? "") ? values.get("known") : null,
  };
}

/** Change parts of the address without a new entry in the history; null takes a part out. */
export function writeHash(changes) {
  const values = new URLSearchParams(location.hash.slice(1));
  for (const [key, value] of Object.entries(changes)) {
    if (value == null || value === "") values.delete(key);
    else values.set(key, value);
  }
  const text = KEYS.filter((key) => values.has(key)).map((key) => `${key}=${values.get(key)}`).join("&");
  history.replaceState(null, "", text ? `#${text}` : location.pathname);
}

/** Return the part of the address that names a view. */
export const viewText = (zoom, [lon, lat]) => `${zoom.toFixed(2)}/${lat.toFixed(5)}/${lon.toFixed(5)}`;
