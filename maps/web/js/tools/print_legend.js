// The legend of a printed map: what is in the frame and switched on, and nothing else.

import { BASE_SWITCHES } from "../base.js";
import { el } from "../dom.js";
import { number, pick, t } from "../i18n.js";
import { printedParts } from "../legend.js";
import { swatch, verdictSign } from "../patterns.js";
import { applicationColour, groups, kindOf, kinds, stateOf, states, verdictOf, verdicts } from "../style.js";
import { isShown } from "../visibility.js";
import { fadeGroups, shareOf } from "./fade.js";
import { hasLattice } from "./graticule.js";

const RIGHTS = ["titles", "zones", "restricted"];

/** Return the codes of kinds, states and verdicts that layers draw within an extent. */
export function codesIn(layers, extent) {
  const found = { kinds: new Set(), states: new Set(), verdicts: new Set() };
  const of = (names) => layers.filter((layer) => names.includes(layer.get("name"))).flatMap((layer) => layer.getFeaturesInExtent(extent));
  for (const feature of of(RIGHTS)) {
    const [kind, state] = [kindOf(feature.get("kind")).code, stateOf(feature.get("state")).code];
    if (!isShown(kind) || !isShown(`state-${state}`)) continue;
    found.kinds.add(kind);
    found.states.add(state);
  }
  for (const feature of of(["overlaps"])) {
    const verdict = verdictOf(feature.get("verdict")).code;
    if (isShown(`verdict-${verdict}`)) found.verdicts.add(verdict);
  }
  return found;
}

const line = (sign, ...text) => el("li", {}, sign ?? el("span"), el("span", {}, text));
const kindText = ({ code, label }) => [code === "UNKNOWN" ? null : el("b", {}, code, " "), pick(label)];
const kindLine = (kind) => line(swatch({ colour: kind.colour, pattern: kind.pattern }), kindText(kind));

function stateLine(state) {
  const colour = state.code === "application" ? applicationColour() : "#7d8b99";
  return line(swatch({ colour, dash: state.dash, opacity: state.fill_opacity }), pick(state.label));
}

const verdictLine = (verdict) => line(verdictSign(verdict), pick(verdict.label));

function part(title, lines) {
  return lines.length ? [el("p", { class: "group" }, title), el("ul", {}, lines)] : [];
}

async function addedParts(layers, extent) {
  const lists = await Promise.all(printedParts().map((lines) => lines(layers, extent)));
  const byGroup = Map.groupBy(lists.flat(), ({ group }) => group);
  return [...byGroup].flatMap(([group, list]) => part(group, list.map(({ sign, text }) => line(sign, text))));
}

/** Return the names of the base that are drawn: from afar there is no lattice. */
const baseShown = (resolution) => BASE_SWITCHES.filter(isShown).filter((name) => name !== "lattice" || hasLattice(resolution));

/** Return the legend's nodes for what layers draw in a view. */
export async function printedLegend(layers, view) {
  const extent = view.calculateExtent();
  const found = codesIn(layers, extent);
  const present = (list, codes) => list.filter(({ code }) => codes.has(code));
  const rights = Object.entries(groups()).flatMap(([group, label]) =>
    part(pick(label), present(kinds(), found.kinds).filter((kind) => kind.group === group).map(kindLine)));
  const base = baseShown(view.getResolution()).map((name) => t(`${name}Printed`)).join(", ");
  const faded = fadeGroups().filter((name) => shareOf(name) < 100)
    .map((name) => t("printFaded", { group: t(`fade-${name}`), share: number(shareOf(name)) }));
  return [
    ...part(t("overlaps"), present(verdicts(), found.verdicts).map(verdictLine)),
    ...rights,
    found.kinds.size === 0 && el("p", {}, t("printNothing")),
    ...part(t("states"), present(states(), found.states).map(stateLine)),
    ...await addedParts(layers, extent),
    base && el("p", {}, el("b", {}, `${t("base")}${t("colon")}`), base),
    ...faded.map((words) => el("p", {}, words)),
  ].filter(Boolean);
}
