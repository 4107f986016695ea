// The tools as buttons: which tool, how wide, add or remove, back and forth, and help.

import { el } from "../dom.js";
import { number, t } from "../i18n.js";
import { SHORTCUTS } from "./keyboard.js";
import { tools, WIDTHS } from "./session.js";

const NAMES = { brush: "toolBrush", rectangle: "toolRectangle", lasso: "toolLasso", flood: "toolFlood" };

const pressed = (label, on, click, more = {}) =>
  el("button", { type: "button", class: "pick", "aria-pressed": String(on), click, ...more }, label);

const group = (label, ...buttons) => el("div", { class: "picks", role: "group", "aria-label": label }, buttons);

/** Return the tools of an editing. `done(label, cells)` commits a change of the whole ground. */
export function toolbar(session, { fill, largest, clear }) {
  const { now } = session;
  const able = { undo: now.history.past.length > 0, redo: now.history.future.length > 0 };
  return el("div", { class: "toolbar" },
    group(t("tools"), tools().map((tool) => pressed(t(NAMES[tool]), now.tool === tool, () => session.set({ tool }), { "data-tool": tool }))),
    group(t("mode"),
      pressed(t("adding"), now.adding, () => session.set({ adding: true }), { "data-mode": "add" }),
      pressed(t("removing"), !now.adding, () => session.set({ adding: false }), { "data-mode": "remove" })),
    now.tool === "brush" && group(t("width"), WIDTHS.map((width) =>
      pressed(number(width), now.width === width, () => session.set({ width }), { "aria-label": t("widthOf", { n: width }), "data-width": width }))),
    group("",
      el("button", { type: "button", class: "plain", "data-do": "undo", disabled: !able.undo, click: session.undo }, t("undo")),
      el("button", { type: "button", class: "plain", "data-do": "redo", disabled: !able.redo, click: session.redo }, t("redo")),
      el("button", { type: "button", class: "plain", "data-do": "help", click: showShortcuts, "aria-label": t("shortcuts") }, "?")),
    el("details", { class: "more-tools" }, el("summary", {}, "…"), group("",
      el("button", { type: "button", class: "plain", "data-do": "fill", click: fill }, t("fillHoles")),
      el("button", { type: "button", class: "plain", "data-do": "largest", click: largest }, t("keepLargest")),
      el("button", { type: "button", class: "plain", "data-do": "clear", click: clear }, t("clearAll")))));
}

/** Show the shortcuts of the keyboard. */
export function showShortcuts() {
  const lines = SHORTCUTS.flatMap(({ keys, does }) => [el("dt", {}, el("kbd", {}, keys)), el("dd", {}, t(does))]);
  const close = el("button", { class: "primary" }, t("close"));
  const dialog = el("dialog", { class: "wide", "aria-labelledby": "shortcuts-title", close: () => dialog.remove() },
    el("form", { method: "dialog" }, el("h2", { id: "shortcuts-title" }, t("shortcuts")), el("dl", { class: "facts" }, lines), el("div", { class: "actions" }, close)));
  document.body.append(dialog);
  dialog.showModal();
}
