// What the browser computes of a draft after each change: counts, areas, parts, enclaves.

import { legalAreaHa, trueAreaHa } from "../cells/area.js";
import { holesOf, partsOf } from "../cells/parts.js";
import { count } from "../cells/set.js";
import { el } from "../dom.js";
import { number, t } from "../i18n.js";

const hectares = (value) => [number(value, 2, 2), " ", el("small", {}, "ha")];

function chip(text, warn) {
  return el("span", { class: warn ? "chip warn" : "chip" }, text);
}

/** Return the figures of a draft, for the eye and for a screen reader. */
export function figures(cells) {
  const n = count(cells);
  if (n === 0) return el("p", { class: "empty" }, t("emptyDraft"));
  const [parts, holes] = [partsOf(cells).length, holesOf(cells).length];
  const pairs = [[t("cells"), number(n)], [t("legalArea"), hectares(legalAreaHa(cells))], [t("trueArea"), hectares(trueAreaHa(cells))]];
  return el("div", {},
    el("dl", { class: "figures" }, pairs.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value)))),
    el("div", { class: "chips" },
      chip(parts === 1 ? t("contiguous") : t("partsCount", { n: number(parts) }), parts > 1),
      holes > 0 && chip(holes === 1 ? t("holesCountOne") : t("holesCount", { n: number(holes) }), true)));
}
