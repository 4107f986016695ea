// Filings received on paper: those that wait for a second person, those confirmed, and a new one.

import { get } from "../api.js";
import { el, stylesheet } from "../dom.js";
import { pick, t } from "../i18n.js";
import { focusPanel, openFault, openLoading, openPanel, plainHeading } from "../panel.js";
import { openConfirm } from "./paper_confirm.js";
import { openForm } from "./paper_form.js";
import { bothTimes } from "./paper_words.js";

const PAGE = 200;

async function paperFiles() {
  const found = [];
  for (let offset = 0; ; offset += PAGE) {
    const page = await get("/files", { machine: "title", limit: PAGE, offset });
    found.push(...page.filter((file) => file.on_paper));
    if (page.length < PAGE) return found;
  }
}

function row(file) {
  return el("li", {}, el("button", { type: "button", class: "row", "data-paper-file": file.id, click: () => openConfirm(file.id) },
    el("span", {}), el("strong", {}, file.number ?? t("paperMark")), el("span", { class: "amount" }, file.province ?? ""),
    el("span", { class: "sub" }, `${pick(file.subject_label)} · ${pick(file.state_label)}`),
    el("span", { class: "sub" }, `${t("paperReceived")} : ${bothTimes(file.paper_received_at)}`)));
}

function section(title, files, none) {
  if (!files.length && !none) return null;
  return el("section", {}, el("h3", {}, t(title)), files.length ? el("ul", { class: "rows" }, files.map(row)) : el("p", { class: "empty" }, t(none)));
}

function body(files) {
  return [
    el("p", { class: "quiet" }, t("paperHow")),
    el("div", { class: "actions left" }, el("button", { type: "button", class: "primary", "data-do": "new-paper", click: openForm }, t("paperNew"))),
    section("paperWaiting", files.filter((file) => file.state === "paper_entered"), "paperNoneWaiting"),
    section("paperConfirmed", files.filter((file) => file.filed_at)),
  ].filter(Boolean);
}

/** Open the list of paper filings. */
export async function openPaper() {
  stylesheet("paper");
  openLoading(openPaper);
  try {
    const files = await paperFiles();
    const draw = () => openPanel(plainHeading(t("paperTitle")), body(files), draw);
    draw();
    focusPanel();
  } catch (error) {
    if (error.status === undefined) throw error;
    openFault(error);
  }
}
