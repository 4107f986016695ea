// The drawing of a layout as a value: features by id, and edits that can be undone. No page, no map.
//
// A feature is { id, kind, name, depth_m, width_m, geometry }, frozen; geometry is GeoJSON in longitude
// and latitude (EPSG:4326). An edit holds the features that differ, before and after: swapped, it undoes.

const MOST = 500;
const LETTERS = { pit: "P", bench: "G", waste: "T", haul_way: "V", ore_depot: "D", water: "E", exclusion_strip: "B", facility: "I", tunnel: "S" };

/** The history of a drawing that was not edited. */
export const START = Object.freeze({ past: [], future: [] });

const byId = (a, b) => a.id.localeCompare(b.id, "en", { numeric: true });

/** Return features in the order in which they are listed. */
export const ordered = (features) => Object.freeze([...features].sort(byId));

/** Return features without those of `gone`, and with those of `come`. */
export function swapped(features, gone, come) {
  const left = new Set(gone.map(({ id }) => id));
  return ordered([...features.filter(({ id }) => !left.has(id)), ...come]);
}

/** Return [history, features] after an edit, one edit back, or one forward; the same where there is none. */
export function taken({ past }, features, edit) {
  return [{ past: [...past, edit].slice(-MOST), future: [] }, swapped(features, edit.before, edit.after)];
}

export function back({ past, future }, features) {
  if (!past.length) return [{ past, future }, features];
  const last = past.at(-1);
  return [{ past: past.slice(0, -1), future: [last, ...future] }, swapped(features, last.after, last.before)];
}

export function forward({ past, future }, features) {
  if (!future.length) return [{ past, future }, features];
  const [next, ...rest] = future;
  return [{ past: [...past, next], future: rest }, swapped(features, next.before, next.after)];
}

/** Return the first free id of a kind: P1, P2 … */
export function freeId(features, kind) {
  const used = new Set(features.map(({ id }) => id));
  for (let number = 1; ; number += 1) if (!used.has(`${LETTERS[kind] ?? "X"}${number}`)) return `${LETTERS[kind] ?? "X"}${number}`;
}

const same = (a, b) => JSON.stringify(plain(a)) === JSON.stringify(plain(b));
const plain = ({ id, kind, name, depth_m: depth, width_m: width, geometry }) => [id, kind, name, depth, width, geometry.type, geometry.coordinates];

/** Return how other features differ from one's own: counts { added, removed, changed }. */
export function difference(mine, theirs) {
  const own = new Map(mine.map((one) => [one.id, one]));
  const other = new Map(theirs.map((one) => [one.id, one]));
  return {
    added: theirs.filter(({ id }) => !own.has(id)).length,
    removed: mine.filter(({ id }) => !other.has(id)).length,
    changed: theirs.filter((one) => own.has(one.id) && !same(own.get(one.id), one)).length,
  };
}
