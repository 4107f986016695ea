// What of the activity is shown: which sources, and of which months. Kept in the permalink.

import { hashPart, writeHash } from "../hash.js";
import { declare, isShown } from "../visibility.js";

const MONTH = /^\d{4}-(0[1-9]|1[0-2])$/;

let sources = [];
let months = { from: null, to: null };
const listeners = new Set();

/** The switch of a source, in permalinks. */
export const switchOf = (code) => `activity-${code}`;

/** Return the sources, as the server lists them for this reader. */
export const sourcesKnown = () => sources;

/** Take the sources; each is shown until somebody switches it off. */
export function setSources(next) {
  sources = next;
  for (const { code } of sources) declare(switchOf(code), true);
}

/** Is a source shown? */
export const sourceShown = (code) => isShown(switchOf(code));

/** Return the months chosen, "2024-03" or null each. */
export const monthsShown = () => months;

/** Is a period chosen? */
export const hasPeriod = () => months.from !== null || months.to !== null;

function dayAfter(month) {
  const [year, number] = month.split("-").map(Number);
  return number === 12 ? `${year + 1}-01-01` : `${year}-${String(number + 1).padStart(2, "0")}-01`;
}

/** Return { from, to }: the first day of the months chosen and the day after the last; null where open. */
export const daysShown = () => ({ from: months.from && `${months.from}-01`, to: months.to && dayAfter(months.to) });

/** Does a period of days ("to" is the day after the last; both may be missing) touch the months chosen? */
export function inMonths({ from, to }) {
  if (!hasPeriod()) return true;
  if (!from && !to) return false;
  const asked = daysShown();
  return !(asked.to && from && from >= asked.to) && !(asked.from && to && to <= asked.from);
}

const valid = (text) => (MONTH.test(text ?? "") ? text : null);

/** Show other months; what is no month is none. */
export function showMonths(next) {
  months = { from: valid(next.from), to: valid(next.to) };
  if (months.from && months.to && months.from > months.to) months = { from: months.to, to: months.from };
  writeHash({ months: hasPeriod() ? `${months.from ?? ""},${months.to ?? ""}` : null });
  listeners.forEach((listener) => listener());
}

/** Take the months from the permalink. */
export function followMonths() {
  const [from, to] = (hashPart("months") ?? "").split(",");
  months = { from: valid(from), to: valid(to) };
}

/** Call back after each change of months. */
export const onMonths = (listener) => listeners.add(listener);
