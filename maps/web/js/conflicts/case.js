// One conflict: where it stands, what was seen, who is a party, what each says, and what may be done now.

import { get, post } from "../api.js";
import { openObservation } from "../activity/card.js";
import { openTitle } from "../card.js";
import { el, stylesheet } from "../dom.js";
import { day, number, pick, t } from "../i18n.js";
import { announce } from "../notice.js";
import { focusPanel, openFault, openLoading, openPanel } from "../panel.js";
import { faultText } from "./form.js";
import { recordForms } from "./records.js";
import { evidenceKind, outcomeText, partText, settlementText } from "./words.js";
import "../activity/texts.js";
import "./texts.js";

async function codesOf(titles) {
  const answers = await Promise.all(titles.slice(0, 6).map((id) => get(`/titles/${id}`).catch(() => null)));
  return titles.map((id, at) => [id, answers[at]?.code ?? t("conflictTitle", { id })]);
}

/** Open a case; `told` is what was just done to it. */
export async function openCase(id, told = "") {
  stylesheet("activity");
  openLoading(() => openCase(id));
  focusPanel();
  try {
    const one = await get(`/conflicts/${id}`);
    const [file, codes] = await Promise.all([get(`/files/${id}`).catch(() => null), codesOf(one.titles)]);
    const view = { fault: null, told };
    const draw = () => openPanel(heading(one), body(one, file, codes, view, draw), draw);
    draw();
    if (told) announce(told);
  } catch (error) {
    if (error.status === undefined) throw error;
    openFault(error);
  }
}

function heading(one) {
  return el("div", { class: "file-title" }, el("h2", { id: "panel-title" }, one.number ?? t("conflictDraft")), el("p", {}, pick(one.subject_label)));
}

function body(one, file, codes, view, draw) {
  const link = (id, words) => el("button", { type: "button", class: "link", click: () => openCase(id) }, words);
  return [
    view.told && el("p", { class: "codes", role: "status" }, view.told),
    el("div", { class: "chips" }, el("span", { class: "chip", "data-state": one.state }, pick(one.state_label)), el("span", { class: "chip" }, one.province ?? t("notStatedF"))),
    view.fault && el("p", { class: "fault", role: "alert" }, view.fault()),
    one.awaits_reopening && el("p", { class: "meanwhile" }, t("conflictAwaits")),
    one.merged_into && el("p", {}, t("conflictMerged"), " ", link(one.merged_into, t("conflictOther", { id: one.merged_into }))),
    one.joined.length > 0 && el("p", {}, t("conflictJoined"), one.joined.map((id) => [" ", link(id, t("conflictOther", { id }))])),
    el("p", {}, t("conflictTitles"), codes.map(([id, code]) => [" ", el("button", { type: "button", class: "link", click: () => openTitle(id) }, code)])),
    steps(one, file, view, draw),
    records(t("conflictEvidence"), one.evidence, evidence),
    records(t("conflictParties"), one.parties, ({ part, name }) => [el("strong", {}, name ?? t("withheld")), el("span", { class: "quiet" }, ` ${partText(part)}`)]),
    records(t("conflictPositions"), one.positions, (position) => positionLine(position, one.parties)),
    records(t("conflictMeetings"), one.meetings, (meeting) => meetingLine(meeting, one.parties)),
    records(t("conflictSettlements"), one.settlements, settlement),
    records(t("conflictTerms"), one.terms, (term) => `${t("conflictDue", { day: day(term.due_on) })}${t("colon")}${term.text}`),
    recordForms(one, () => openCase(one.id)),
  ].filter(Boolean);
}

const records = (title, list, line) => list.length > 0 && el("section", {}, el("h3", {}, title), el("ul", { class: "records" }, list.map((one) => el("li", {}, line(one)))));

function evidence(one) {
  const foot = [one.on_day ? day(one.on_day) : t("activityUndated"), one.known.source, one.known.verdict, one.known.article,
    one.distance_m != null && t("activityAt", { m: `${number(one.distance_m, 0)} m` }), one.entered_by];
  return [el("strong", {}, evidenceKind(one.kind)), one.text && el("p", { class: "break" }, one.text), el("p", { class: "quiet" }, foot.filter(Boolean).join(" · ")),
    one.observation_id && el("button", { type: "button", class: "link", click: () => openObservation(one.observation_id, { bring: true }) }, t("activityObservation", { id: one.observation_id }))];
}

const nameIn = (parties, id) => parties.find((one) => one.id === id)?.name ?? t("withheld");

function positionLine(one, parties) {
  return [el("strong", {}, nameIn(parties, one.conflict_party_id)), el("span", { class: "quiet" }, ` ${day(one.on_day)}`),
    one.confidential && el("span", { class: "chip warn" }, t("conflictConfidential")), !one.answered && el("p", { class: "quiet" }, t("conflictNoAnswer")), el("p", { class: "break" }, one.text)];
}

function meetingLine(one, parties) {
  return [el("strong", {}, `${day(one.on_day)}, ${one.place}`), el("span", { class: "quiet" }, ` ${outcomeText(one.outcome)}`),
    el("p", { class: "quiet" }, one.attended.map((id) => nameIn(parties, id)).join(" ; ")), el("p", { class: "break" }, one.text)];
}

function settlement(one) {
  return [el("strong", {}, settlementText(one.kind)), el("span", { class: "quiet" }, ` ${day(one.on_day)}`), el("p", { class: "break" }, one.text),
    one.carried_by_number && el("p", { class: "quiet" }, t("conflictCarried", { number: one.carried_by_number }))];
}

/** Take a step; when somebody was here before, the case is read again and what was refused is said. */
async function take(one, order, view, words) {
  try {
    await post(`/files/${one.id}/steps`, order);
    await openCase(one.id, words);
  } catch (error) {
    if (error.status === undefined) throw error;
    const now = error.status === 409 ? await get(`/conflicts/${one.id}`).catch(() => one) : one;
    const why = faultText(error);
    if (now.steps !== one.steps) await openCase(one.id, `${t("conflictMeanwhile")} ${why}`);
    else view(() => why);
  }
}

function steps(one, file, view, draw) {
  const actions = file?.actions ?? [];
  if (actions.length === 0) return null;
  const refuse = (fault) => {
    view.fault = fault;
    draw();
  };
  return el("section", {}, el("h3", {}, t("conflictSteps")), el("div", { class: "actions left" },
    actions.map((action) => el("button", { type: "button", class: "plain", "data-step": action.action, click: () => askStep(one, action, refuse) }, pick(action.label)))));
}

async function askStep(one, action, refuse) {
  const others = action.action === "merge" ? (await get("/conflicts", { ended: true, limit: 200 })).filter(({ id }) => id !== one.id) : [];
  const reason = el("input", { id: "step-reason", maxlength: 500, required: true });
  const into = el("select", { id: "step-into", required: true }, others.map(({ id, number: code }) => el("option", { value: id }, code ?? t("conflictDraft"))));
  const form = el("form", { method: "dialog", class: "form" }, el("h2", { id: "step-title" }, pick(action.label)),
    action.needs_reason && [el("label", { for: "step-reason" }, t("conflictReason")), reason],
    action.action === "merge" && [el("label", { for: "step-into" }, t("conflictInto")), into],
    el("div", { class: "actions" }, el("button", { type: "button", class: "plain", click: () => dialog.close("no") }, t("cancel")),
      el("button", { class: "primary", value: "yes", "data-do": "confirm-step" }, pick(action.label))));
  const dialog = el("dialog", { "aria-labelledby": "step-title", close: () => {
    dialog.remove();
    if (dialog.returnValue !== "yes") return;
    const payload = action.action === "merge" ? { into: Number(into.value) } : {};
    take(one, { action: action.action, expected_steps: one.steps, reason: reason.value, payload }, refuse, pick(action.label));
  } }, form);
  document.body.append(dialog);
  dialog.showModal();
}
