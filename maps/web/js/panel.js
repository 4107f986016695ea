// The one side panel: a title's card, a choice, or a list stands in it; Escape closes it.

import { byId, el } from "./dom.js";
import { onLanguage, t } from "./i18n.js";
import { isNarrow } from "./narrow.js";
import { sentenceOf } from "./notice.js";

let redraw = null;
let closed = () => {};
let opener = null;

/** Show a heading and a body. `again` draws both anew when the language changes. */
export function openPanel(heading, body, again) {
  if (byId("panel").hidden) opener = document.activeElement;
  redraw = again;
  byId("panel-heading").replaceChildren(heading);
  byId("panel-body").replaceChildren(...body);
  byId("panel-body").scrollTop = 0;
  byId("panel").hidden = false;
  if (isNarrow() && !byId("legend").hidden) byId("legend-close").click();
}

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

/** Close the panel and give the keyboard back. */
export function closePanel() {
  if (byId("panel").hidden) return;
  const inside = byId("panel").contains(document.activeElement);
  byId("panel").hidden = true;
  redraw = null;
  if (inside) (opener?.isConnected ? opener : byId("map")).focus();
  closed();
}

/** Make the close button and Escape work; `whenClosed` is called after each close. */
export function startPanel(whenClosed) {
  closed = whenClosed;
  byId("panel-close").addEventListener("click", closePanel);
  byId("panel").addEventListener("keydown", (event) => {
    if (event.key === "Escape") closePanel();
  });
  onLanguage(() => redraw?.());
}
