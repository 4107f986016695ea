// The versions of a file in a table, and two of them compared: in numbers, and on the map in colour.

import { boundsOf } from "../cells/lonlat.js";
import { count, toRuns } from "../cells/set.js";
import { el } from "../dom.js";
import { instant, number, t } from "../i18n.js";
import { goTo } from "../map.js";
import { clearPieces, markPieces } from "./pieces.js";
import { cellsWords, difference } from "./step.js";

function compared(file, at) {
  const [before, after] = [file.versions[at - 1], file.versions[at]];
  const { gained, lost } = difference(before, after);
  const figures = t("comparedFigures", { before: cellsWords(before), after: cellsWords(after) });
  return el("div", { class: "compared", role: "status", "data-compared": after.number },
    el("p", {}, el("strong", {}, t("comparing", { before: number(before.number), after: number(after.number) })), ` : ${figures}.`),
    count(gained) + count(lost) === 0
      ? el("p", {}, t("sameGround"))
      : [el("p", {}, `${t("comparedGained", { n: number(count(gained)) })} · ${t("comparedLost", { n: number(count(lost)) })}`), el("p", { class: "quiet" }, t("onMap"))]);
}

/** Show the difference of the version at a place to the one before it on the map. */
function mark(file, at) {
  const { gained, lost } = difference(file.versions[at - 1], file.versions[at]);
  const [more, less] = [toRuns(gained), toRuns(lost)];
  markPieces({ gained: more, lost: less });
  const both = [...more, ...less].sort((a, b) => a[0] - b[0]);
  if (both.length) goTo(boundsOf(both));
}

/** Return the section; `view.compared` is the place of the version that is compared, or null. */
export function versionsOf(file, view, draw) {
  if (file.versions.length < 2) return null;
  const show = (at) => {
    view.compared = at;
    if (at === null) clearPieces();
    else mark(file, at);
    draw();
  };
  const row = (one, at) => el("tr", {}, el("th", { scope: "row" }, number(one.number)), el("td", {}, cellsWords(one)), el("td", {}, one.made_by ?? "—", el("span", { class: "quiet block" }, instant(one.at))),
    el("td", {}, at > 0 && el("button", { type: "button", class: "plain small", "data-compare": one.number, "aria-pressed": String(view.compared === at), click: () => show(view.compared === at ? null : at) }, t(view.compared === at ? "closeCompared" : "compareShort"))));
  return el("section", {}, el("h3", {}, t("versionsTitle")), view.compared !== null && compared(file, view.compared),
    el("div", { class: "scroll" }, el("table", { class: "compare" }, el("thead", {}, el("tr", {}, ["version", "cells", "madeBy", "difference"].map((key) => el("th", { scope: "col" }, t(key))))),
      el("tbody", {}, file.versions.map(row)))));
}
