// What a step states besides its reason and its act: the fields of its dialog, by machine and action.

import { el } from "../dom.js";
import { t } from "../i18n.js";

const NOTICE = [["closes_on", "date", true], ["length_basis", "text", true]];
const CODE = [["code", "text", false]];
const FIELDS = {
  "title/publish_notice": NOTICE,
  "title/register": [["code", "text", true]],
  "zone/certify_available": NOTICE,
  "zone/notify_closure": [["vacate_by", "date", true]],
  "zone/register": CODE,
  "allocation/publish_notice": NOTICE,
  "allocation/register_zone": CODE,
  "allocation/register_agreement": CODE,
  "allocation_life/publish_notice": NOTICE,
  "allocation_life/propose": [["unheard", "text", false]],
  "attribution/register": [["approval_reference", "text", true]],
};

/** Return { nodes, payload() } of a step: labelled inputs, and what they say. */
export function fieldsOf(file, action) {
  const renewal = file.machine === "title" && file.subject === "renewal";
  const asked = renewal ? [] : (FIELDS[`${file.machine}/${action.action}`] ?? []);
  const inputs = asked.map(([name, type, required]) => el("input", { id: `step-${name}`, name, type, required, maxlength: type === "text" ? 1000 : null }));
  return {
    nodes: inputs.map((input) => [el("label", { for: input.id }, t(`step-${input.name}`)), input]),
    payload: () => Object.fromEntries(inputs.filter((input) => input.value.trim()).map((input) => [input.name, input.value.trim()])),
  };
}
