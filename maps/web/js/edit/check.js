// The law while drawing: the server's one check, asked after each change, never more than once at a
// time. While it is asked the answer shown is marked as of an older drawing; when the link is cut it
// stays, marked as out of date.

import { post } from "../api.js";

const PAUSE_MS = 250;
const RETRY_MS = 5000;

/**
 * Ask the law after each change. `asked()` returns what to send, null where nothing can be asked;
 * `told({ state, answer, error })` gets "none", "checking", "fresh", "stale" or "refused".
 */
export function checkWhileDrawing(session, asked, told) {
  let timer = null;
  let number = 0;
  let answer = null;
  let under = null;

  async function ask() {
    const body = asked();
    if (!body) {
      answer = null;
      told({ state: "none", answer });
      return;
    }
    number += 1;
    const mine = number;
    under?.abort();
    under = new AbortController();
    try {
      const next = await post("/drawing/check", body, under.signal);
      if (mine !== number) return;
      answer = next;
      told({ state: "fresh", answer });
    } catch (error) {
      if (error.name === "AbortError" || mine !== number) return;
      if (error.status === undefined) throw error;
      told({ state: error.status === 0 ? "stale" : "refused", answer, error });
      if (error.status === 0) timer = setTimeout(ask, RETRY_MS);
    }
  }

  function later() {
    clearTimeout(timer);
    told({ state: "checking", answer });
    timer = setTimeout(ask, PAUSE_MS);
  }

  const leave = session.on((what) => what === "draft" && later());
  later();
  return {
    again: later,
    stop() {
      leave();
      clearTimeout(timer);
      under?.abort();
      number += 1;
    },
  };
}
