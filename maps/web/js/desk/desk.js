// The desk of whoever signed in: own titles and what may be proposed on them, and the files.

import { get } from "../api.js";
import { el } from "../dom.js";
import { addTexts, day, number, pick, t } from "../i18n.js";
import { focusPanel, openFault, openLoading, openPanel, plainHeading } from "../panel.js";
import { kindBadge } from "../patterns.js";
import { cellsText } from "../rows.js";
import { accountRole } from "../session.js";
import { kindOf, stateOf } from "../style.js";
import { EDIT_TEXTS } from "../edit/texts.js";
import { openFile, startFile } from "./file.js";

addTexts(EDIT_TEXTS);

const SHOWN = 100;
const ZONE_MAKERS = new Set(["officer", "supervisor", "minister", "egc"]);

/** Say how a file's clock stands. */
export function clockText(clock) {
  if (!clock.latest) return t("noDeadline");
  const left = clock.days_left;
  const days = left == null ? "" : t(left < 0 ? "daysLate" : "daysLeft", { n: number(Math.abs(left)) });
  return [t("deadline", { day: day(clock.latest) }), days].filter(Boolean).join(" · ");
}

const nameOfFile = (file) => (file.number ? t("fileNumber", { number: file.number }) : t("fileDraft"));

function fileRow(file) {
  return el("li", {}, el("button", { type: "button", class: "row", "data-file": file.id, click: () => openFile(file.id) },
    el("span", {}), el("strong", {}, nameOfFile(file)), el("span", { class: "amount" }, file.province ?? ""),
    el("span", { class: "sub" }, `${pick(file.subject_label)} · ${pick(file.state_label)}`),
    el("span", { class: file.clock.days_left < 0 ? "sub late" : "sub" }, clockText(file.clock))));
}

function titleRow(title) {
  const may = title.state === "granted" && title.cells > 0;
  const propose = (subject, label) => el("button", { type: "button", class: "plain small", "data-propose": `${subject}-${title.title_id}`, click: () => startFile("allocation", subject, title) }, t(label));
  return el("li", { class: "own-title" },
    el("div", { class: "row" }, kindBadge(title.kind, title.state), el("strong", {}, title.code ?? t("noCode")),
      el("span", { class: "amount" }, cellsText(title.cells)),
      el("span", { class: "sub" }, `${pick(kindOf(title.kind).label)} · ${pick(stateOf(title.state).label)}`)),
    may && el("div", { class: "actions left" }, propose("route_b", "proposeB"), propose("route_a", "proposeA")));
}

const list = (items, none) => (items.length ? el("ul", { class: "rows" }, items) : el("p", { class: "empty" }, t(none)));

function body(files, titles) {
  const parts = [];
  if (titles) parts.push(el("section", {}, el("h3", {}, t("ownTitles")), list(titles.map(titleRow), "noOwnTitles")));
  if (ZONE_MAKERS.has(accountRole())) {
    parts.push(el("div", { class: "actions left" }, el("button", { type: "button", class: "primary", "data-do": "new-zone", click: () => startFile("zone", "art_109", null) }, t("newZone"))));
  }
  parts.push(el("section", {}, el("h3", {}, t(titles ? "myFiles" : "worklist")), list(files.map(fileRow), titles ? "noFiles" : "worklistEmpty")));
  return parts;
}

/** Open the desk. */
export async function openDesk() {
  openLoading(openDesk);
  try {
    const company = accountRole() === "company";
    const [files, titles] = await Promise.all([get("/files", { limit: SHOWN }), company ? get("/own-titles") : null]);
    const draw = () => openPanel(plainHeading(t("myDesk")), body(files, titles), draw);
    draw();
    focusPanel();
  } catch (error) {
    if (error.status === undefined) throw error;
    openFault(error);
  }
}
