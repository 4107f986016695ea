// The first switch of artisanal activity: everything else of it is loaded when somebody asks for it.

import { el } from "../dom.js";
import { t } from "../i18n.js";
import { addSection, draw } from "../legend.js";
import { attempt } from "../notice.js";
import { declare, isShown, onVisibility, show } from "../visibility.js";

/** The name of the whole in permalinks. */
export const ACTIVITY = "activity";

let loaded = null; // the section of the loaded part, a function
let started = false;

async function load() {
  if (loaded) return;
  const { startLayers } = await import("./section.js");
  loaded = await startLayers();
  draw();
}

const follow = () => isShown(ACTIVITY) && attempt(load);

function section() {
  const box = el("input", { type: "checkbox", "data-layer": ACTIVITY, change: (event) => show(ACTIVITY, event.target.checked) });
  box.checked = isShown(ACTIVITY);
  const line = el("label", { class: "layer plain-layer" }, box, el("span", { class: "name" }, t("activityLayer")), el("span", {}));
  return el("fieldset", { "data-section": ACTIVITY }, el("legend", {}, t("activity")), line, isShown(ACTIVITY) && loaded?.());
}

/** Show the layers of activity, where they are switched off. */
export async function showActivity() {
  startActivity();
  if (!isShown(ACTIVITY)) show(ACTIVITY, true);
  await load();
}

/** Put the switch into the legend, once; load the rest at once where the permalink shows activity. */
export function startActivity() {
  if (started) return;
  started = true;
  declare(ACTIVITY, false);
  addSection(section);
  onVisibility((name) => {
    if (name !== ACTIVITY) return;
    follow();
    draw();
  });
  follow();
}
