// One file: its state and clock, what may be done now, its papers, its versions, its history.

import { get, post, put } from "../api.js";
import { boundsOf, geometryOf } from "../cells/lonlat.js";
import { EMPTY, fromRuns, toRuns } from "../cells/set.js";
import { el } from "../dom.js";
import { addTexts, instant, number, pick, t } from "../i18n.js";
import { goTo, outline } from "../map.js";
import { announce, sentenceOf } from "../notice.js";
import { focusPanel, openFault, openLoading, openPanel, whenPanelLeft } from "../panel.js";
import { accountRole } from "../session.js";
import { openEditor } from "../edit/editor.js";
import { findingsOf } from "../edit/findings.js";
import { clockText } from "./desk.js";
import { documentsOf } from "./documents.js";
import { FILE_TEXTS } from "./file_texts.js";
import { clearPieces, markPieces } from "./pieces.js";
import { askProvince } from "./province.js";
import { routesTable } from "./routes.js";
import { askStep } from "./step.js";
import { versionsOf } from "./versions.js";

addTexts(FILE_TEXTS);

const OFFICE = new Set(["officer", "supervisor", "administrator", "legal", "minister"]);
const PAPERS = [["receipt", "receipt", null], ["survey-extract", "surveyPaper", null], ["opinion", "opinionPaper", OFFICE]];
const MOMENTS = ["filing", "review", "grant"];
const EMPTY_CONTENT = { allocation: { route_a: { kind: "ZEA" }, route_b: { kind: "EGC", transfers_rights: false } }, zone: { art_109: { kind: "ZEA" } } };

const contentFor = (machine, subject) => EMPTY_CONTENT[machine][subject];

/** What the server is asked about a drawing that is no file yet, or an older one of it. */
const asDraft = (base) => (draft) => ({ ...base, content: draft.facts, runs: toRuns(draft.cells) });

async function hostRuns(titleId) {
  const shape = await get(`/titles/${titleId}/geometry`);
  return shape.properties.runs ?? null;
}

function middleOf(runs) {
  const [west, south, east, north] = boundsOf(runs);
  return [(west + east) / 2, (south + north) / 2];
}

/** Begin a new file of a company on its own title, or a zone. */
export async function startFile(machine, subject, title) {
  const base = { machine, subject, title_id: null, host_title_id: title?.title_id ?? null, party_id: title?.party_ids[0] ?? null, co_holders: title?.party_ids.slice(1) ?? [], province: null };
  let file = null;
  let version = 0;
  try {
    const host = title ? await hostRuns(title.title_id) : null;
    if (host?.length) goTo(boundsOf(host));
    base.province = await askProvince(host?.length ? middleOf(host) : null);
    if (base.province === null) return;
    openEditor({
      heading: () => [t(subject === "route_a" ? "routeA" : subject === "route_b" ? "routeB" : "newZone"), title && t("onTitle", { code: title.code ?? "" })].filter(Boolean).join(" · "),
      key: `${machine}-${subject}-${title?.title_id ?? "new"}`,
      subject,
      start: { cells: EMPTY, facts: contentFor(machine, subject) },
      host,
      asked: asDraft(base),
      save: async (draft) => {
        if (file === null) {
          ({ id: file } = await post("/files", asDraft(base)(draft)));
          version = 1;
        } else {
          ({ version } = await put(`/files/${file}/version`, { content: draft.facts, runs: toRuns(draft.cells), expected_version: version }));
        }
      },
      left: () => (file === null ? null : openFile(file)),
    });
  } catch (error) {
    if (error.status === undefined) throw error;
    openFault(error);
  }
}

async function editFile(file) {
  const last = file.versions.at(-1);
  let version = last.number;
  const base = { machine: file.machine, subject: file.subject, title_id: file.title_id, host_title_id: file.host_title_id, party_id: file.party_id, province: file.province };
  openEditor({
    heading: () => t("drawingOf", { what: nameOf(file) }),
    key: `file-${file.id}`,
    subject: file.subject,
    start: { cells: last.runs ? fromRuns(last.runs) : EMPTY, facts: last.content },
    host: file.host_title_id ? await hostRuns(file.host_title_id) : null,
    asked: asDraft(base),
    save: async (draft) => {
      ({ version } = await put(`/files/${file.id}/version`, { content: draft.facts, runs: toRuns(draft.cells), expected_version: version }));
    },
    newest: async () => {
      const now = (await get(`/files/${file.id}`)).versions.at(-1);
      version = now.number;
      return { cells: now.runs ? fromRuns(now.runs) : EMPTY, facts: Object.freeze(now.content) };
    },
    left: () => openFile(file.id),
  });
}

const nameOf = (file) => file.number ?? t("fileDraft");

const checkOf = (id, moment) => get(`/files/${id}/check`, { moment }).catch(() => null);

/** Open a file. */
export async function openFile(id) {
  openLoading(() => openFile(id));
  try {
    const file = await get(`/files/${id}`);
    const view = { fault: null, routes: null, compared: null, moment: file.filed_at ? "review" : "filing", check: null };
    view.check = await checkOf(id, view.moment);
    const draw = () => openPanel(heading(file), body(file, view, draw), draw);
    draw();
    const runs = file.versions.at(-1)?.runs;
    if (runs?.length) goTo(boundsOf(runs));
    outline(runs?.length ? geometryOf(runs) : null);
    whenPanelLeft(clearPieces);
    focusPanel();
  } catch (error) {
    if (error.status === undefined) throw error;
    openFault(error);
  }
}

function heading(file) {
  return el("div", { class: "file-title" }, el("h2", { id: "panel-title" }, file.number ? t("fileNumber", { number: file.number }) : t("fileDraft")),
    el("p", {}, `${pick(file.machine_label)} · ${pick(file.subject_label)}`));
}

function body(file, view, draw) {
  const last = file.versions.at(-1);
  const attempt = (work, words) => attemptOn(file, view, draw, work, words);
  return [
    el("div", { class: "actions left" }, el("button", { type: "button", class: "plain small", "data-do": "back-to-desk", click: backToDesk }, t("backToDesk"))),
    el("div", { class: "chips" }, el("span", { class: "chip" }, pick(file.state_label)), el("span", { class: file.clock.days_left < 0 ? "chip warn" : "chip" }, clockText(file.clock))),
    file.on_paper && file.entered_at && el("p", { class: "quiet", "data-paper": true }, t("onPaper", { received: instant(file.paper_received_at), entered: instant(file.entered_at) })),
    last?.cells != null && el("dl", { class: "figures" }, [[t("cells"), number(last.cells)], [t("legalArea"), number(last.legal_area_ha, 2, 2)], [t("trueArea"), number(last.geodesic_area_m2 / 10000, 2, 2)]]
      .map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value)))),
    view.fault && el("p", { class: "fault", role: "alert" }, view.fault()),
    steps(file, view),
    law(file, view, draw),
    documentsOf(file, attempt),
    routes(file, view, draw),
    versionsOf(file, view, draw),
    papers(file),
    history(file),
  ].flat().filter(Boolean);
}

const backToDesk = async () => (await import("./desk.js")).openDesk();

/** Do something with a file and show it anew; a refusal is told where it was asked. */
async function attemptOn(file, view, draw, work, words) {
  try {
    await work();
    announce(words);
    await openFile(file.id);
  } catch (error) {
    if (error.status === undefined) throw error;
    view.fault = () => [sentenceOf(error), error.detail].filter(Boolean).join(" ");
    draw();
  }
}

function steps(file, view) {
  const editable = file.state === "draft";
  const onward = (action) => !["withdraw", "abandon", "discard"].includes(action.action);
  const taken = (action) => () => {
    announce(t("stepTaken", { what: pick(action.label) }));
    openFile(file.id);
  };
  const buttons = file.actions.map((action) => el("button", { type: "button", class: onward(action) ? "primary" : "plain", "data-step": action.action, click: () => askStep(file, action, view.check, taken(action)) }, pick(action.label)));
  return el("section", {}, el("h3", {}, t("steps")),
    buttons.length + editable === 0 && el("p", { class: "empty" }, t("noSteps")),
    el("div", { class: "actions left" }, editable && el("button", { type: "button", class: "plain", "data-do": "edit-ground", click: () => editFile(file) }, t("editGround")), buttons));
}

/** What the law says for one of the three moments; a finding's carrés are marked on the map. */
function law(file, view, draw) {
  const show = (runs) => {
    markPieces({ piece: runs });
    goTo(boundsOf(runs));
  };
  const judgeFor = async (moment) => {
    view.moment = moment;
    view.check = await checkOf(file.id, moment);
    draw();
  };
  const choice = el("select", { id: "file-moment", class: "filter", change: () => judgeFor(choice.value) },
    MOMENTS.map((moment) => el("option", { value: moment, selected: moment === view.moment }, t(`moment-${moment}`))));
  return view.check && [el("div", { class: "form" }, el("label", { for: "file-moment" }, t("judgedFor")), choice),
    findingsOf({ state: "fresh", answer: view.check }, show, sentenceOf)];
}

function routes(file, view, draw) {
  if (file.machine !== "allocation") return null;
  const show = async () => {
    view.routes = await get(`/files/${file.id}/routes`);
    draw();
  };
  return el("section", {}, el("div", { class: "actions left" }, el("button", { type: "button", class: "plain", "data-do": "routes", click: show }, t("compareRoutes"))), view.routes && routesTable(view.routes));
}

function papers(file) {
  if (!file.filed_at) return null;
  const open = PAPERS.filter(([, , roles]) => roles === null || roles.has(accountRole()));
  return el("section", {}, el("ul", { class: "papers" }, open.map(([name, label]) => el("li", {}, el("a", { href: `/api/v1/files/${file.id}/${name}.pdf`, target: "_blank", rel: "noopener" }, t(label))))));
}

function history(file) {
  const lines = file.history.map((step) => el("li", {}, `${instant(step.at)} · ${pick(step.label)}`, step.actor ? ` · ${step.actor}` : "", step.reason && el("p", { class: "said" }, step.reason)));
  return lines.length ? el("details", {}, el("summary", {}, t("history")), el("ul", { class: "papers" }, lines)) : null;
}
