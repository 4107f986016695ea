// The menu of the bar: everything that has no place of its own on the map. Each module is loaded when it is asked for.

import { byId, el } from "./dom.js";
import { onLanguage, t } from "./i18n.js";
import { attempt } from "./notice.js";
import { accountRole } from "./session.js";

/** An entry: the key of its words, who sees it (a set of roles; null is everybody), what opens it. */
const ENTRIES = [
  { key: "notices", roles: null, open: async () => (await import("./public/notices.js")).openNotices() },
  { key: "allOverlaps", roles: null, open: async () => (await import("./lists.js")).openOverlaps() },
  { key: "allTitlesView", roles: null, open: async () => (await import("./in_view.js")).openInView() },
  { key: "activityList", roles: null, open: async () => (await import("./activity/list.js")).openList() },
  { key: "conflictsList", roles: new Set(["officer", "supervisor", "administrator", "egc", "inspector", "legal", "minister", "company"]), open: async () => (await import("./conflicts/list.js")).openConflicts() },
  { key: "paperFiling", roles: new Set(["officer", "supervisor"]), open: async () => (await import("./desk/paper.js")).openPaper() },
  { key: "downloads", roles: null, open: async () => (await import("./public/downloads.js")).openDownloads() },
  { key: "delays", roles: null, open: async () => (await import("./public/delays.js")).openDelays() },
  { key: "measure", roles: null, open: async () => (await import("./tools/measure.js")).openMeasure() },
  { key: "print", roles: null, open: async () => (await import("./tools/print.js")).openPrint() },
  { key: "asmAreas", roles: new Set(["egc", "inspector", "officer", "supervisor", "administrator", "legal", "minister", "company"]), open: async () => (await import("./egc/areas.js")).openAreas() },
  { key: "privateLayers", roles: new Set(["company"]), open: async () => (await import("./private/panel.js")).openPrivateLayers() },
];

const button = () => byId("menu-button");
const isOpen = () => !byId("menu").hidden;

function close({ focus }) {
  byId("menu").hidden = true;
  button().setAttribute("aria-expanded", "false");
  if (focus) button().focus();
}

function entry({ key, open }) {
  const go = () => {
    close({ focus: true });
    attempt(open);
  };
  return el("li", {}, el("button", { type: "button", "data-menu": key, click: go }, t(key)));
}

/** Draw the entries that this reader has. */
function draw() {
  const role = accountRole();
  byId("menu").replaceChildren(...ENTRIES.filter(({ roles }) => roles === null || roles.has(role)).map(entry));
}

function open() {
  draw();
  byId("menu").hidden = false;
  button().setAttribute("aria-expanded", "true");
  byId("menu").querySelector("button").focus();
}

/** Move along the entries with the arrows; Escape closes. */
function keys(event) {
  const buttons = [...byId("menu").querySelectorAll("button")];
  const steps = { ArrowDown: 1, ArrowUp: -1 };
  if (event.key === "Escape") close({ focus: true });
  else if (event.key in steps) {
    const at = buttons.indexOf(document.activeElement) + steps[event.key];
    buttons.at(at % buttons.length).focus();
  } else return;
  event.preventDefault();
}

/** Make the button work. */
export function startMenu() {
  button().addEventListener("click", () => (isOpen() ? close({ focus: false }) : open()));
  byId("menu").addEventListener("keydown", keys);
  document.addEventListener("pointerdown", ({ target }) => {
    if (isOpen() && !byId("menu").contains(target) && !button().contains(target)) close({ focus: false });
  });
  onLanguage(() => isOpen() && draw());
}
