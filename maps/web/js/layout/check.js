// The rules while drawing: the server's one check of a layout, asked after each change, never twice at a
// time. While it is asked the answer shown is that of an older drawing; when the link is cut it stays so.

import { postForm } from "../api.js";
import { toFile } from "./shapes.js";

const PAUSE_MS = 300;
const RETRY_MS = 5000;

/** Return a layout as the form that the server takes. */
export function formOf(features, onDay, more = {}) {
  const form = new FormData();
  form.append("layout", toFile(features), "layout.geojson");
  form.append("on_day", onDay);
  for (const [name, value] of Object.entries(more)) form.append(name, String(value));
  return form;
}

/** Ask after each change; `told({ state, answer, error })` gets "none", "checking", "fresh", "stale" or "refused". */
export function checkWhileDrawing(session, onDay, told) {
  let timer = null;
  let number = 0;
  let answer = null;
  let under = null;

  async function ask() {
    const { features, area } = session.now;
    number += 1;
    const mine = number;
    under?.abort();
    if (!features.length) {
      answer = null;
      told({ state: "none", answer });
      return;
    }
    under = new AbortController();
    try {
      const next = await postForm(`/operation/${area}/layouts/check`, formOf(features, onDay), under.signal);
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

  const leave = session.on((what) => ["features", "form"].includes(what) && later());
  window.addEventListener("online", later);
  later();
  return () => {
    window.removeEventListener("online", later);
    leave();
    clearTimeout(timer);
    under?.abort();
    number += 1;
  };
}
