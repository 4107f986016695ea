// Plain sentences when something does not work, and quiet words for screen readers.

import { byId } from "./dom.js";
import { onLanguage, t } from "./i18n.js";

const RETRY_MS = 8000;

let shown = null;

function draw() {
  byId("notice").hidden = shown === null;
  if (shown === null) return;
  byId("notice-text").textContent = shown.words();
  byId("notice-retry").hidden = !shown.retry;
}

/** Return the sentence that says an error. */
export function sentenceOf(error) {
  if (error.status === 0) return t("serverGone");
  if (error.status === 404) return t("notFound");
  const why = [error.message, error.reference && t("reference", { ref: error.reference })];
  return t("failed", { why: why.filter(Boolean).join(" ") });
}

/** Show a sentence until it is cleared; `retry` is what the button does. */
export function notify(words, retry = null) {
  shown = { words, retry };
  draw();
}

/** Take the sentence away. */
export function clearNotice() {
  shown = null;
  draw();
}

/** Say something to a screen reader without showing it. */
export function announce(words) {
  byId("announcer").textContent = words;
}

/** Do something that needs the server; when that is away, say so and try again by itself. */
export async function attempt(work) {
  const again = () => attempt(work);
  try {
    await work();
  } catch (error) {
    if (error.status === undefined) throw error;
    notify(() => sentenceOf(error), again);
    if (error.status === 0) setTimeout(again, RETRY_MS);
  }
}

/** Make the retry button work and follow the language. */
export function startNotices() {
  byId("notice-retry").addEventListener("click", () => {
    const retry = shown?.retry;
    clearNotice();
    retry?.();
  });
  onLanguage(draw);
}
