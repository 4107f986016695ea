// The second person: both instants, reason, scan, every file that loses its rank, then the confirmation.

import { get, post } from "../api.js";
import { boundsOf, geometryOf } from "../cells/lonlat.js";
import { el, stylesheet } from "../dom.js";
import { number, pick, t } from "../i18n.js";
import { goTo, outline } from "../map.js";
import { announce } from "../notice.js";
import { focusPanel, openFault, openLoading, openPanel } from "../panel.js";
import { openFile } from "./file.js";
import { bothTimes, entryOf, paperMark, whyRefused } from "./paper_words.js";

const WAITING = "paper_entered";

const read = (id) => Promise.all([get(`/files/${id}`), get(`/files/${id}/displaced`), get("/session")]);

/** Open a paper filing; `told` is what was just done to it. */
export async function openConfirm(id, told = () => null) {
  stylesheet("paper");
  openLoading(() => openConfirm(id, told));
  try {
    const [file, displaced, who] = await read(id);
    const view = { file, displaced, me: who.name, told, why: () => null, note: "", seen: false };
    const draw = () => openPanel(heading(view.file), body(view, draw), draw);
    draw();
    const runs = file.versions.at(-1)?.runs;
    if (runs?.length) goTo(boundsOf(runs));
    outline(runs?.length ? geometryOf(runs) : null);
    focusPanel();
  } catch (error) {
    if (error.status === undefined) throw error;
    openFault(error);
  }
}

function heading(file) {
  return el("div", { class: "file-title" }, el("h2", { id: "panel-title" }, file.number ?? t("paperTitle")),
    el("p", {}, `${pick(file.machine_label)} · ${pick(file.subject_label)}`));
}

const back = async () => (await import("./paper.js")).openPaper();
const button = (name, kind, words, click) => el("button", { type: "button", class: kind, "data-do": name, click }, t(words));

function body(view, draw) {
  const { file } = view;
  return [
    el("div", { class: "actions left" }, button("back-to-paper", "plain small", "paperBack", back), button("open-paper-file", "plain small", "paperOpenFile", () => openFile(file.id))),
    view.told() && el("p", { class: "codes", role: "status" }, view.told()),
    el("div", { class: "chips" }, el("span", { class: "chip", "data-state": file.state }, pick(file.state_label))),
    paperMark(file),
    el("dl", { class: "paper-facts" }, facts(file).map(([name, value]) => [el("dt", {}, name), el("dd", { class: "break" }, value)])),
    scans(file),
    file.state === WAITING ? [displacedTable(view.displaced), decision(view, draw)] : null,
  ].flat().filter(Boolean);
}

function facts(file) {
  const applicants = file.parties.filter(({ part }) => part === "proposer").map(({ name }) => name ?? t("withheld"));
  const cells = file.versions.at(-1)?.cells;
  return [[t("paperReason"), entryOf(file)?.reason ?? "—"], [t("paperWho"), applicants.join(" ; ") || "—"], [t("cells"), number(cells)]];
}

function scans(file) {
  const found = file.documents.filter(({ kind }) => kind === "scan");
  if (!found.length) return el("p", { class: "empty" }, t("paperNoScan"));
  return el("ul", { class: "papers" }, found.map(({ id, name }) => el("li", {}, el("a", { href: `/api/v1/files/${file.id}/documents/${id}`, "data-paper": "scan" }, t("paperScanLink", { name })))));
}

function displacedTable(displaced) {
  if (!displaced.length) return el("section", {}, el("h3", {}, t("paperDisplaced")), el("p", { class: "empty" }, t("paperNoneDisplaced")));
  const lines = displaced.map((one) => el("tr", { "data-displaced": one.number }, el("th", { scope: "row" }, one.number), el("td", {}, bothTimes(one.filed_at)),
    el("td", {}, number(one.cells)), el("td", {}, t(one.decided ? "paperDecided" : "paperOpen"))));
  return el("section", {}, el("h3", {}, t("paperDisplaced")), el("p", { class: "quiet" }, t("paperDisplacedHow")),
    el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": t("paperDisplaced") }, el("table", { class: "compare" },
      el("thead", {}, el("tr", {}, ["paperNumber", "paperFiledAt", "paperShared", "paperStanding"].map((key) => el("th", { scope: "col" }, t(key))))), el("tbody", {}, lines))));
}

/** What the second person may do; the server decides again. */
function decision(view, draw) {
  const { file, displaced } = view;
  if (entryOf(file)?.actor === view.me) return el("p", { class: "meanwhile", "data-paper": "own" }, t("paperOwn"));
  const may = new Set(file.actions.map(({ action }) => action));
  if (!may.has("confirm_paper")) return null;
  const seen = el("input", { type: "checkbox", id: "paper-seen", required: true, change: () => {
    view.seen = seen.checked;
  } });
  seen.checked = view.seen;
  const note = el("textarea", { id: "paper-note", rows: 3, maxlength: 4000, input: () => {
    view.note = note.value;
  } });
  note.value = view.note;
  const confirm = (event) => {
    event.preventDefault();
    take(view, draw, "confirm_paper", { displaced: displaced.map((one) => one.number) });
  };
  const sendBack = () => {
    if (view.note.trim()) return take(view, draw, "return_paper", {});
    view.why = () => t("paperNeedsNote");
    draw();
    return document.getElementById("paper-note").focus();
  };
  return el("form", { class: "form", submit: confirm },
    displaced.length > 0 && el("label", { class: "check" }, seen, t("paperSeen")),
    el("label", { for: "paper-note" }, t("paperNote")), note,
    view.why() && el("p", { class: "fault", role: "alert" }, view.why()),
    el("div", { class: "actions left" }, el("button", { class: "primary", "data-do": "confirm-paper" }, t("paperConfirm")), button("return-paper", "plain", "paperReturn", sendBack)));
}

async function take(view, draw, action, payload) {
  const { file } = view;
  try {
    const done = await post(`/files/${file.id}/steps`, { action, payload, reason: view.note, expected_steps: file.steps, expected_version: file.versions.at(-1)?.number ?? null });
    const words = () => (action === "confirm_paper" ? t("paperConfirmedNow", { number: done.number ?? "" }) : t("paperReturnedNow"));
    announce(words());
    await (action === "confirm_paper" ? openConfirm(file.id, words) : back());
  } catch (error) {
    if (error.status === undefined) throw error;
    await readAgain(view, error);
    draw();
  }
}

/** After a refusal: what was typed stays, the file and what it comes before are read anew. */
async function readAgain(view, error) {
  const before = view.displaced.map((one) => one.number).join();
  const [file, displaced] = await read(view.file.id).catch(() => [view.file, view.displaced]);
  const changed = displaced.map((one) => one.number).join() !== before;
  Object.assign(view, { file, displaced, seen: view.seen && !changed });
  view.why = () => [whyRefused(error), changed && t("paperListChanged")].filter(Boolean).join(" ");
  if (file.state !== WAITING) view.told = () => t("paperNotWaiting", { state: pick(file.state_label) });
}
