// One step of a file, asked for in a dialog that stays until the server took it: what is typed is kept
// when it is refused, and what happened meanwhile is told.

import { get, post } from "../api.js";
import { count, fromRuns, minus } from "../cells/set.js";
import { el } from "../dom.js";
import { instant, number, pick, t } from "../i18n.js";
import { sentenceOf } from "../notice.js";
import { draftOpinion } from "./opinion.js";
import { fieldsOf } from "./step_fields.js";

export const cellsWords = ({ cells }) => (cells == null ? t("noGround") : t("cellsOf", { n: number(cells) }));

/** Return how many carrés one version gains and loses against another. */
export function difference(before, after) {
  const [old, now] = [before, after].map(({ runs }) => fromRuns(runs ?? []));
  return { gained: minus(now, old), lost: minus(old, now) };
}

const lineOf = (step) => el("li", {}, t("whoDid", { what: pick(step.label), who: step.actor ?? "—", when: instant(step.at) }));

/** What a second person confirms: who did the first step, which ground, what changed in it. */
function confirmed(file, action) {
  const first = file.history.filter((step) => action.needs_another_person_than.includes(step.action));
  const version = file.versions.at(-1);
  if (!first.length || !version) return null;
  const before = file.versions.at(-2);
  const { gained, lost } = before ? difference(before, version) : {};
  return el("div", { class: "confirmed" }, el("p", {}, t("otherPerson", { what: [...new Set(first.map((step) => pick(step.label)))].join(", ") })),
    el("ul", {}, first.map(lineOf)),
    el("p", {}, t("youConfirm", { n: number(version.number), cells: cellsWords(version) }), " ",
      before && t("againstBefore", { before: number(before.number), gained: number(count(gained)), lost: number(count(lost)) })));
}

/** What happened in a file between two looks at it. */
function meanwhile(old, now, action) {
  const gone = !now.actions.some((one) => one.action === action.action);
  return el("div", { class: "meanwhile", role: "alert" }, el("p", {}, gone ? t("meanwhileGone", { state: pick(now.state_label) }) : t("meanwhileSteps")),
    el("ul", {}, now.history.slice(old.history.length).map(lineOf),
      now.versions.slice(old.versions.length).map((one) => el("li", {}, t("meanwhileVersion", { n: number(one.number), cells: cellsWords(one) })))));
}

function field(id, label, input) {
  return [el("label", { for: id }, t(label)), input];
}

/** Ask for what a step needs and take it; `taken()` is called once it is. */
export function askStep(file, action, check, taken) {
  let seen = file;
  const told = el("div", { "aria-live": "polite" });
  const reason = el("textarea", { id: "step-reason", rows: 10, maxlength: 4000, required: action.needs_reason });
  reason.value = draftOpinion(file, action, check);
  const reference = el("input", { id: "step-act", type: "text", maxlength: 500, required: true });
  const signed = el("input", { id: "step-act-on", type: "date", required: true });
  const confirm = el("button", { class: "primary", type: "submit", "data-do": "confirm-step" }, pick(action.label));
  const more = fieldsOf(file, action);
  const asksReason = action.needs_reason || reason.value !== "";
  const form = el("form", { method: "dialog", class: "form", submit: send }, el("h2", { id: "step-title" }, t("confirmStep", { what: pick(action.label) })),
    action.needs.length > 0 && el("p", { class: "quiet" }, t("stepNeeds", { what: action.needs_labels.map(pick).join(", ") })),
    confirmed(file, action),
    asksReason && field("step-reason", "stepReason", reason),
    action.needs_act && [field("step-act", "stepActReference", reference), field("step-act-on", "stepActOn", signed)],
    more.nodes,
    told,
    el("div", { class: "actions" }, el("button", { type: "button", class: "plain", "data-do": "cancel-step", click: () => dialog.close() }, t("cancel")), confirm));
  const dialog = el("dialog", { class: "wide", "aria-labelledby": "step-title", close: () => dialog.remove() }, form);

  async function send(event) {
    event.preventDefault();
    confirm.disabled = true;
    told.replaceChildren();
    try {
      await post(`/files/${file.id}/steps`, { action: action.action, reason: asksReason ? reason.value : "", payload: more.payload(),
        expected_steps: seen.steps, expected_version: seen.versions.at(-1)?.number ?? null,
        act: action.needs_act ? { reference: reference.value, on_day: signed.value } : null });
      dialog.close();
      taken();
    } catch (error) {
      if (error.status === undefined) throw error;
      told.replaceChildren(await answerTo(error));
      confirm.disabled = false;
    }
  }

  async function answerTo(error) {
    const now = error.status === 409 ? await get(`/files/${file.id}`).catch(() => seen) : seen;
    const changed = now.steps !== seen.steps || now.versions.length !== seen.versions.length;
    const old = seen;
    seen = now;
    if (changed) return meanwhile(old, now, action);
    return el("p", { class: "fault", role: "alert" }, [sentenceOf(error), error.detail].filter(Boolean).join(" "));
  }

  document.body.append(dialog);
  dialog.showModal();
  reason.setSelectionRange(0, 0);
  reason.scrollTop = 0;
}
