// The one side panel: a title's card, a choice, or a list stands in it; Escape closes it.

import { byId, el } from "./dom.js";
import { onLanguage, t } from "./i18n.js";
import { isNarrow } from "./narrow.js";
import { sentenceOf } from "./notice.js";

const CLICK_MS = 50; // how long after a pointer is lifted its click may still come

let redraw = null;
let closed = () => {};
let opener = null;
let held = null;
let leave = null;
let busy = null; // what the reader is at in the panel: "pressing" or "typing"
let waiting = null;

/**
 * Show a heading and a body. `again` draws both anew when the language changes. What is shown already
 * is drawn anew only when no button of it is being pressed and no field of it (data-typed) typed into.
 */
export function openPanel(heading, body, again) {
  if (held && again !== held) return;
  waiting = busy && redraw === again ? [heading, body, again] : null;
  if (waiting) return;
  if (byId("panel").hidden) opener = document.activeElement;
  if (redraw !== again) left();
  const top = redraw === again ? byId("panel-body").scrollTop : 0;
  redraw = again;
  byId("panel-heading").replaceChildren(heading);
  byId("panel-body").replaceChildren(...body);
  byId("panel-body").scrollTop = top;
  byId("panel").hidden = false;
  if (isNarrow() && !byId("legend").hidden) byId("legend-close").click();
}

/** The reader is done pressing or typing: show what came meanwhile. */
function calm(was) {
  if (busy !== was) return;
  busy = null;
  if (!waiting || redraw !== waiting[2]) return;
  const at = document.activeElement?.dataset.do;
  openPanel(...waiting);
  if (at) byId("panel-body").querySelector(`[data-do="${at}"]`)?.focus({ preventScroll: true });
}

function followReader(body) {
  body.addEventListener("pointerdown", () => (busy = "pressing"));
  document.addEventListener("click", () => calm("pressing"));
  for (const name of ["pointerup", "pointercancel"]) document.addEventListener(name, () => setTimeout(calm, CLICK_MS, "pressing"));
  body.addEventListener("input", ({ target }) => "typed" in target.dataset && (busy = "typing"));
  for (const name of ["change", "focusout"]) body.addEventListener(name, () => calm("typing"));
}

function left() {
  leave?.();
  leave = null;
}

/** Do something once, when the panel shows another thing or closes. */
export const whenPanelLeft = (work) => {
  leave = work;
};

/** Return the panel's heading with a text. */
export const plainHeading = (text) => el("h2", { id: "panel-title" }, text);

/** Show that something is on its way. */
export const openLoading = (again) => openPanel(plainHeading(t("loading")), [], again);

/** Show why something could not be shown. */
export function openFault(error) {
  openPanel(plainHeading("Mabele"), [el("p", { class: "empty", role: "alert" }, sentenceOf(error))], () => openFault(error));
}

/** Move the keyboard into the panel. */
export const focusPanel = () => byId("panel").focus({ preventScroll: true });

/** Keep the panel for what `owner` draws, work that no key or click takes away; return how it ends. */
export function holdPanel(owner) {
  held = owner;
  byId("panel-close").hidden = true;
  return () => {
    held = null;
    byId("panel-close").hidden = false;
  };
}

/** Is the panel kept for work that no click takes away? */
export const isPanelHeld = () => held !== null;

/** Close the panel and give the keyboard back. */
export function closePanel() {
  if (byId("panel").hidden || held) return;
  const inside = byId("panel").contains(document.activeElement);
  byId("panel").hidden = true;
  redraw = busy = waiting = null;
  left();
  if (inside) (opener?.isConnected ? opener : byId("map")).focus();
  closed();
}

/** Make the close button and Escape work; `whenClosed` is called after each close. */
export function startPanel(whenClosed) {
  closed = whenClosed;
  byId("panel-close").addEventListener("click", closePanel);
  followReader(byId("panel-body"));
  byId("panel").addEventListener("keydown", (event) => {
    if (event.key === "Escape") closePanel();
  });
  onLanguage(() => redraw?.());
}
