// One file: its state and clock, what may be done now, its papers, its versions, its history.

import { get, post, postForm, put } from "../api.js";
import { outlineOf } from "../cells/parts.js";
import { EMPTY, fromRuns, toRuns } from "../cells/set.js";
import { el } from "../dom.js";
import { day, number, pick, t } from "../i18n.js";
import { goTo, outline } from "../map.js";
import { announce, sentenceOf } from "../notice.js";
import { focusPanel, openFault, openLoading, openPanel, plainHeading } from "../panel.js";
import { openEditor } from "../edit/editor.js";
import { findingsOf } from "../edit/findings.js";
import { clockText } from "./desk.js";
import { routesTable } from "./routes.js";

const PAPERS = [["receipt", "receipt"], ["survey-extract", "surveyPaper"]];
const EMPTY_CONTENT = { allocation: { route_a: { kind: "ZEA" }, route_b: { kind: "EGC", transfers_rights: false } }, zone: { new: { kind: "ZEA" } } };

const contentFor = (machine, subject) => EMPTY_CONTENT[machine][subject];

/** What the server is asked about a drawing that is no file yet, or an older one of it. */
const asDraft = (base) => (draft) => ({ ...base, content: draft.facts, runs: toRuns(draft.cells) });

async function hostRuns(titleId) {
  const shape = await get(`/titles/${titleId}/geometry`);
  return shape.properties.runs ?? null;
}

/** Begin a new file of a company on its own title, or a zone. */
export async function startFile(machine, subject, title) {
  const base = { machine, subject, title_id: null, host_title_id: title?.title_id ?? null, party_id: title?.party_ids[0] ?? null, co_holders: title?.party_ids.slice(1) ?? [] };
  let file = null;
  let version = 0;
  try {
    const host = title ? await hostRuns(title.title_id) : null;
    if (host?.length) goTo(boundsOf(host));
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
  const base = { machine: file.machine, subject: file.subject, title_id: file.title_id, host_title_id: file.host_title_id, party_id: file.party_id };
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

function boundsOf(runs) {
  const west = runs.reduce((low, run) => Math.min(low, run[1]), Infinity);
  const east = runs.reduce((high, run) => Math.max(high, run[2]), -Infinity);
  return [west / 120, runs[0][0] / 120, east / 120, (runs.at(-1)[0] + 1) / 120];
}

const nameOf = (file) => file.number ?? t("fileDraft");

/** Open a file. */
export async function openFile(id) {
  openLoading(() => openFile(id));
  try {
    const [file, check] = await Promise.all([get(`/files/${id}`), get(`/files/${id}/check`).catch(() => null)]);
    const view = { fault: null, routes: null, compared: null };
    const draw = () => openPanel(heading(file), body(file, check, view, draw), draw);
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

const geometryOf = (runs) => ({
  type: "MultiPolygon",
  coordinates: outlineOf(fromRuns(runs)).map((rings) => rings.map((ring) => [...ring, ring[0]].map(([col, row]) => [col / 120, row / 120]))),
});

function heading(file) {
  return el("div", { class: "file-title" }, el("h2", { id: "panel-title" }, file.number ? t("fileNumber", { number: file.number }) : t("fileDraft")),
    el("p", {}, `${pick(file.machine_label)} · ${pick(file.subject_label)}`));
}

function body(file, check, view, draw) {
  const last = file.versions.at(-1);
  return [
    el("div", { class: "chips" }, el("span", { class: "chip" }, pick(file.state_label)), el("span", { class: file.clock.days_left < 0 ? "chip warn" : "chip" }, clockText(file.clock))),
    last?.cells != null && el("dl", { class: "figures" }, [[t("cells"), number(last.cells)], [t("legalArea"), number(last.legal_area_ha, 2, 2)], [t("trueArea"), number(last.geodesic_area_m2 / 10000, 2, 2)]]
      .map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value)))),
    view.fault && el("p", { class: "fault", role: "alert" }, view.fault()),
    steps(file, view, draw),
    check && findingsOf({ state: "fresh", answer: check }, (runs) => goTo(boundsOf(runs)), sentenceOf),
    documents(file, view, draw),
    routes(file, view, draw),
    versions(file, view, draw),
    papers(file),
    history(file),
  ].filter(Boolean);
}

/** Do something with a file and show it anew; a refusal is told where it was asked. */
async function attempt(file, view, draw, work, words) {
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

function steps(file, view, draw) {
  const editable = file.state === "draft";
  const onward = (action) => !["withdraw", "abandon", "discard"].includes(action.action);
  const buttons = file.actions.map((action) => el("button", { type: "button", class: onward(action) ? "primary" : "plain", "data-step": action.action, click: () => askStep(file, action, view, draw) }, pick(action.label)));
  return el("section", {}, el("h3", {}, t("steps")),
    buttons.length + editable === 0 && el("p", { class: "empty" }, t("noSteps")),
    el("div", { class: "actions left" }, editable && el("button", { type: "button", class: "plain", "data-do": "edit-ground", click: () => editFile(file) }, t("editGround")), buttons));
}

function askStep(file, action, view, draw) {
  const field = (id, label, type) => [el("label", { for: id }, t(label)), el("input", { id, type, maxlength: 500, required: true })];
  const form = el("form", { method: "dialog" }, el("h2", { id: "step-title" }, t("confirmStep", { what: pick(action.label) })),
    action.needs.length > 0 && el("p", { class: "quiet" }, t("stepNeeds", { what: action.needs.join(", ") })),
    action.needs_reason && field("step-reason", "stepReason", "text"),
    action.needs_act && [field("step-act", "stepActReference", "text"), field("step-act-on", "stepActOn", "date")],
    el("div", { class: "actions" },
      el("button", { type: "button", class: "plain", click: () => dialog.close("no") }, t("cancel")),
      el("button", { class: "primary", value: "yes", "data-do": "confirm-step" }, pick(action.label))));
  const dialog = el("dialog", { "aria-labelledby": "step-title", close: () => {
    const value = (id) => dialog.querySelector(`#${id}`)?.value ?? "";
    const order = { action: action.action, expected_steps: file.steps, expected_version: file.versions.at(-1)?.number ?? null, reason: value("step-reason"),
      act: action.needs_act ? { reference: value("step-act"), on_day: value("step-act-on") } : null };
    dialog.remove();
    if (dialog.returnValue === "yes") attempt(file, view, draw, () => post(`/files/${file.id}/steps`, order), t("stepTaken", { what: pick(action.label) }));
  } }, form);
  document.body.append(dialog);
  dialog.showModal();
}

function documents(file, view, draw) {
  const lines = file.documents.map((one) => el("li", {}, el("a", { href: `/api/v1/files/${file.id}/documents/${one.id}` }, one.name), " ", el("span", { class: "quiet" }, `${pick(one.label)} · SHA-256 ${one.sha256.slice(0, 12)}…`)));
  const kinds = [...new Set([...file.actions.flatMap((action) => action.needs), "evidence", "other"])];
  const kind = el("select", { id: "document-kind", class: "filter", "aria-label": t("documentKind") }, kinds.map((code) => el("option", { value: code }, code)));
  const input = el("input", { type: "file", id: "document-file", accept: "application/pdf,image/*", "aria-label": t("documentFile"), change: () => {
    const form = new FormData();
    form.append("kind", kind.value);
    form.append("document", input.files[0]);
    attempt(file, view, draw, () => postForm(`/files/${file.id}/documents`, form), t("saved"));
  } });
  return el("section", {}, el("h3", {}, t("documents")),
    lines.length ? el("ul", { class: "papers" }, lines) : el("p", { class: "empty" }, t("noDocuments")),
    el("details", {}, el("summary", {}, t("addDocument")), el("div", { class: "form" }, kind, input)));
}

function routes(file, view, draw) {
  if (file.machine !== "allocation") return null;
  const show = async () => {
    view.routes = await get(`/files/${file.id}/routes`);
    draw();
  };
  return el("section", {}, el("div", { class: "actions left" }, el("button", { type: "button", class: "plain", "data-do": "routes", click: show }, t("compareRoutes"))), view.routes && routesTable(view.routes));
}

function versions(file, view, draw) {
  if (file.versions.length < 2) return null;
  const compare = async (number_) => {
    view.compared = { number: number_, ...(await get(`/files/${file.id}/versions/${number_ - 1}..${number_}`)) };
    draw();
  };
  return el("section", {}, el("h3", {}, t("versionsTitle")), el("ul", { class: "papers" }, file.versions.map((one) => el("li", {},
    t("versionLine", { n: number(one.number), cells: number(one.cells ?? 0) }), " ",
    one.number > 1 && el("button", { type: "button", class: "plain small", click: () => compare(one.number) }, t("compareWith")),
    view.compared?.number === one.number && el("p", { class: "quiet" }, `${t("comparedGained", { n: number(view.compared.gained.cells) })} · ${t("comparedLost", { n: number(view.compared.lost.cells) })}`)))));
}

function papers(file) {
  if (!file.filed_at) return null;
  return el("section", {}, el("ul", { class: "papers" }, PAPERS.map(([name, label]) => el("li", {}, el("a", { href: `/api/v1/files/${file.id}/${name}.pdf`, target: "_blank", rel: "noopener" }, t(label))))));
}

function history(file) {
  const lines = file.history.map((step) => el("li", {}, `${day(step.at.slice(0, 10))} · ${pick(step.label)}`, step.actor ? ` · ${step.actor}` : "", step.reason ? ` : ${step.reason}` : ""));
  return lines.length ? el("details", {}, el("summary", {}, t("history")), el("ul", { class: "papers" }, lines)) : null;
}
