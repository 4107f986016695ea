// The forms of a conflict: evidence, parties, positions, meetings, settlements and terms, each for those who may.

import { post } from "../api.js";
import { el } from "../dom.js";
import { t } from "../i18n.js";
import { accountRole } from "../session.js";
import { foldedForm } from "./form.js";
import { MEDIATES, OPENERS } from "./people.js";
import { namedParts, outcomes, partText, settlements } from "./words.js";

const ENDED = new Set(["settled", "closed", "merged", "dropped"]);
const onDay = (label = t("conflictDay")) => ({ name: "on_day", type: "date", label });
const words = (label = t("conflictText")) => ({ name: "text", type: "text", label });

function specs(one) {
  const parties = one.parties.map(({ id, name, part }) => [String(id), name ?? partText(part)]);
  const who = { name: "conflict_party_id", type: "select", label: t("conflictParty"), options: parties };
  const numbered = ({ conflict_party_id: id, ...rest }) => ({ ...rest, conflict_party_id: Number(id) });
  return [
    { name: "evidence", for: OPENERS, title: t("addEvidence"), fields: [words(), { ...onDay(t("conflictDayIfKnown")), required: false }], always: true },
    { name: "parties", for: OPENERS, title: t("addParty"), fields: [{ name: "part", type: "select", label: t("conflictPart"), options: namedParts() }, { name: "named", label: t("conflictGroup") }, onDay()] },
    { name: "positions", for: OPENERS, title: t("addPosition"), needs: parties.length > 0, order: ({ silent, ...rest }) => ({ ...numbered(rest), answered: !silent }),
      fields: [who, words(), onDay(), { name: "silent", type: "checkbox", label: t("conflictSilent") }, { name: "confidential", type: "checkbox", label: t("conflictInConfidence") }] },
    { name: "meetings", for: MEDIATES, title: t("addMeeting"), needs: one.state === "mediation", order: (rest) => ({ ...rest, attended: one.parties.map(({ id }) => id) }),
      fields: [onDay(), { name: "place", label: t("conflictPlace") }, { name: "outcome", type: "select", label: t("conflictOutcome"), options: outcomes() }, words(t("conflictMinutes"))] },
    { name: "settlements", for: MEDIATES, title: t("addSettlement"), needs: ["positions_heard", "mediation"].includes(one.state),
      order: ({ carried_by: file, ...rest }) => (file == null ? rest : { ...rest, carried_by: Number(file) }),
      fields: [{ name: "kind", type: "select", label: t("conflictKind"), options: settlements() }, words(), onDay(), { name: "carried_by", type: "number", label: t("conflictFile"), required: false }] },
    { name: "terms", for: MEDIATES, title: t("addTerm"), fields: [{ name: "due_on", type: "date", label: t("conflictUntil") }, onDay(), words(t("conflictAwaited"))] },
  ];
}

/** Return the forms that this reader has for a case as it stands; `again` shows the case anew. */
export function recordForms(one, again) {
  const role = accountRole();
  const open = specs(one).filter((spec) => spec.for.has(role) && (spec.needs ?? true) && (spec.always || !ENDED.has(one.state)));
  if (open.length === 0 || one.state === "merged" || one.state === "dropped") return null;
  const send = ({ name, order = (values) => values }) => (values) => post(`/conflicts/${one.id}/${name}`, order(values));
  return el("section", {}, el("h3", {}, t("conflictAdd")), open.map((spec) => foldedForm({ name: spec.name, title: spec.title, fields: spec.fields, send: send(spec), done: again })));
}
