// Lines that several lists share: a right, an overlap, a verdict.

import { el } from "./dom.js";
import { number, pick, t } from "./i18n.js";
import { kindBadge, verdictSign } from "./patterns.js";
import { kindOf, stateOf, verdictOf } from "./style.js";

const FIRST_PART = "1"; // most rights have no other

/** Return a right's name: its code, and its part where that tells it from others. */
export function nameOf({ code, part }) {
  const name = code ?? t("noCode");
  return part && part !== FIRST_PART ? `${name}, ${t("part", { part })}` : name;
}

/** Return kind and name, the kind once where the code already begins with it. */
export function kindAndName(right) {
  const name = nameOf(right);
  return name.startsWith(right.kind) ? name : `${right.kind} ${name}`;
}

/** Return a count of carrés in words. */
export const cellsText = (n) => (n === 1 ? t("cellsCountOne") : t("cellsCount", { n: number(n) }));

/** Return the sign and the name of a verdict. */
export function verdictLine(code) {
  const verdict = verdictOf(code);
  return el("span", { class: "verdict" }, verdictSign(verdict), pick(verdict.label));
}

/** Return how large an overlap is: whole carrés, or about how many when a side is off the grid. */
export const overlapAmount = (overlap) =>
  overlap.exact ? cellsText(overlap.cells) : t("aboutCells", { n: number(overlap.area_cells, 2) });

/** Return a line for a right that opens it. */
export function rightRow(right, open) {
  const sub = `${pick(kindOf(right.kind).label)} · ${pick(stateOf(right.state).label)}`;
  return el("li", {}, el("button", { type: "button", class: "row", click: () => open(right.id) },
    kindBadge(right.kind, right.state), el("strong", {}, nameOf(right)), el("span", { class: "amount" }),
    el("span", { class: "sub" }, sub)));
}
