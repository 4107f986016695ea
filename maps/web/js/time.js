// The two clocks of the page: the legal day that is shown, and what was known when.

import { readHash, writeHash } from "./hash.js";

const listeners = new Set();
let then = { on: null, known: null };

/** Return { on, known }: calendar days, null for today and for what is known now. */
export const whenShown = () => then;

/** Is another day shown than today as known now? */
export const isElsewhen = () => then.on !== null || then.known !== null;

/** Return what is asked of the server for the day that is shown. */
export const askedThen = () => ({ on: then.on, as_known_on: then.known });

/** Call back after each change of the day. */
export const onTime = (listener) => listeners.add(listener);

/** Show another day; null for today, or for what is known now. */
export function showTime(next) {
  const asked = { ...then, ...next };
  if (asked.on === then.on && asked.known === then.known) return;
  then = asked;
  writeHash({ on_day: then.on, known: then.known });
  for (const listener of listeners) listener(then);
}

/** Take the day from the address. */
export function followTime() {
  const { onDay, known } = readHash();
  showTime({ on: onDay, known });
}
