// Routes A and B side by side for one proposal.

import { el } from "../dom.js";
import { day, number, pick, t } from "../i18n.js";

const unless = (value, words) => (value == null ? t("undetermined") : words(value));

function basis({ available, first_day: first }) {
  if (available == null) return t("basisUnsure", { day: day(first) });
  return t(available ? "basisYes" : "basisNo", { day: day(first) });
}

const text = (value) => (value == null ? t("undetermined") : pick(value));

function fees(side) {
  if (!side.fees?.length) return side.no_fees ? pick(side.no_fees) : t("undetermined");
  return side.fees.map((fee) => t("feesOf", { before: fee.before ?? "?", after: fee.after ?? "?" })).join(" ; ");
}

const ROWS = [
  ["basis", (side) => basis(side.basis)],
  ["carresAfter", (side) => unless(side.host_cells_after, number)],
  ["carresEncumbered", (side) => unless(side.encumbered_cells, number)],
  ["paysFees", (side) => text(side.pays_fees)],
  ["feesOfYear", fees],
  ["liable", (side) => text(side.liable_for_work)],
  ["endsHow", (side) => text(side.ends)],
];

/** Return the table of the two routes. */
export function routesTable(compared) {
  const sides = [compared.a, compared.b];
  return el("div", { class: "scroll" }, el("table", { class: "compare" }, el("caption", {}, t("routesTitle")),
    el("thead", {}, el("tr", {}, el("td", {}), sides.map((side) => el("th", { scope: "col" }, pick(side.label))))),
    el("tbody", {}, ROWS.map(([name, say]) => el("tr", {}, el("th", { scope: "row" }, t(name)), sides.map((side) => el("td", {}, say(side))))))));
}
