// The words of conflicts: subjects, states, kinds of evidence, parts, outcomes and settlements.

import { t } from "../i18n.js";

const of = (prefix) => (code) => t(`${prefix}-${code}`);
const options = (prefix, codes) => () => codes.map((code) => [code, t(`${prefix}-${code}`)]);

export const subjectText = of("subject");
export const statesOf = of("conflict");
export const evidenceKind = of("evidence");
export const partText = of("part");
export const outcomeText = of("outcome");
export const settlementText = of("settlement");

/** Parts that are named as a group, without a number in the register. */
export const namedParts = options("part", ["community", "authority", "other"]);
export const outcomes = options("outcome", ["agreement", "progress", "adjourned", "no_agreement"]);
export const settlements = options("settlement", ["allocation_route_a", "allocation_route_b", "relinquishment", "perimeter_correction", "agreement_without_change", "withdrawal", "referred_to_court"]);
