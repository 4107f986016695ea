// A title's card: what it is, whose, how large, since when, from which source, and what it overlaps.

import { get } from "./api.js";
import { partsOf } from "./card/parts.js";
import { el } from "./dom.js";
import { cellAt } from "./grid.js";
import { hashPart, writeHash } from "./hash.js";
import { day, number, pick, t } from "./i18n.js";
import { goTo, markPlace, outline } from "./map.js";
import { announce, attempt, sentenceOf } from "./notice.js";
import { focusPanel, openFault, openLoading, openPanel } from "./panel.js";
import { kindBadge } from "./patterns.js";
import { cellsText, nameOf, overlapAmount, verdictLine } from "./rows.js";
import { askedThen, isElsewhen } from "./time.js";
import { confidenceLabel, kindOf, procedureLabel, stateOf } from "./style.js";

let asked = null; // the request under way, so that a late answer never replaces a newer one

/** Open the card of a title by id, draw its outline; `bring` moves the map to it. */
export async function openTitle(id, { bring = true, focus = true } = {}) {
  asked?.abort();
  asked = new AbortController();
  const { signal } = asked;
  openLoading(() => openTitle(id, { bring: false, focus: false }));
  try {
    const [title, shape] = await Promise.all([get(`/titles/${id}`, askedThen(), signal), get(`/titles/${id}/geometry`, askedThen(), signal)]);
    select({ title: id });
    draw(title);
    outline(shape);
    if (bring && title.bounds) goTo(title.bounds);
    if (focus) focusPanel();
    announce(`${nameOf(title)}, ${pick(kindOf(title.kind).label)}`);
  } catch (error) {
    if (error.name === "AbortError") return;
    if (error.status === undefined) throw error;
    outline(null);
    openFault(error);
  }
}

/** Keep in the permalink what is selected: a title, a carré or a point; nothing else is. */
export function select({ title = null, carre = null, point = null }) {
  markPlace(null);
  outline(null);
  writeHash({ title, carre, point });
}

/** Forget the selection. */
export function forgetTitle() {
  asked?.abort();
  select({});
}

const pairIn = (key) => {
  const pair = (hashPart(key) ?? "").split(",").map((text) => (text.trim() === "" ? NaN : Number(text)));
  return pair.length === 2 && pair.every(Number.isFinite) ? pair : null;
};

/** Open the carré ("3060,-1284") or the point ("-10.7,25.5", latitude first) that the address names; say whether it names one. */
export function followPlace({ bring = true } = {}) {
  const [carre, point] = [pairIn("carre"), pairIn("point")];
  if (!carre && !point) return false;
  const how = { bring, focus: false };
  attempt(async () => {
    const { openCarre, openPoint } = await import("./place.js");
    if (carre) await openCarre({ col: carre[0], row: carre[1] }, how);
    else await openPoint({ lat: point[0], lon: point[1], ...cellAt([point[1], point[0]]) }, how);
  });
  return true;
}

function draw(title) {
  const note = title.on_lattice ? null : el("p", { class: "quiet" }, t("offLatticeWhy"));
  const body = [chips(title), figures(title), note, overlapSection(title), facts(title), el("div", {}, partsOf(title)), actions(title)];
  openPanel(heading(title), body.filter(Boolean), () => draw(title));
}

function heading(title) {
  return el("div", { class: "card-title" }, kindBadge(title.kind, title.state),
    el("h2", { id: "panel-title" }, nameOf(title)), el("p", {}, pick(kindOf(title.kind).label)));
}

function chips(title) {
  const list = [el("span", { class: "chip" }, pick(stateOf(title.state).label))];
  if (title.procedure && title.procedure !== "none") list.push(el("span", { class: "chip" }, procedureLabel(title.procedure)));
  if (!title.on_lattice) list.push(el("span", { class: "chip warn" }, t("offLattice")));
  return el("div", { class: "chips" }, list);
}

function figures(title) {
  const hectares = (value) => (value == null ? "–" : [number(value, 2, 2), " ", el("small", {}, "ha")]);
  const pairs = [
    [t("cells"), title.on_lattice ? number(title.cells) : `≈ ${number(title.area_cells, 2)}`],
    [t("legalArea"), hectares(title.legal_area_ha)],
    [t("trueArea"), hectares(title.geodesic_area_ha)],
  ];
  return el("dl", { class: "figures" }, pairs.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value))));
}

function holdersText(title) {
  if (title.holders.length === 0) return t("noHolder");
  return title.holders.map(({ name, share }) => (name ?? t("withheld")) + (share == null ? "" : ` (${number(share, 2)} %)`)).join(" ; ");
}

function facts(title) {
  const source = title.source;
  const pairs = [
    [t("holders"), holdersText(title)],
    [t("filedOn"), day(title.filed_on) || t("unknownDate")],
    [t("grantedOn"), day(title.granted_on) || t("unknownDate")],
    [t("expiresOn"), day(title.expires_on) || t("unknownDate")],
    [t("minerals"), title.minerals.join(", ")],
    [t("declaredCells"), title.declared_cells != null && title.declared_cells !== title.cells ? number(title.declared_cells) : ""],
    [t("partOfRight"), title.part],
    [t("rawKind"), kindOf(title.kind).code === "UNKNOWN" ? title.kind_raw : ""],
    [t("rawStatus"), title.status_raw],
    [t("source"), source && t("sourceRow", { file: source.file, row: source.row })],
    ["", source?.as_of && t("asOf", { day: day(source.as_of) })],
  ];
  const kept = pairs.filter(([, value]) => value);
  return el("dl", { class: "facts" }, kept.flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]));
}

/** Return the overlaps: the largest came with the card, the others come in pages. */
function overlapSection(title) {
  if (isElsewhen()) return null;
  const heading = el("h3", {}, title.overlaps_total ? t("overlapsOf", { n: number(title.overlaps_total) }) : t("overlaps"));
  if (title.overlaps.length === 0) return el("section", {}, heading, el("p", { class: "empty" }, t("noOverlaps")));
  const list = el("ul", { class: "rows" }, title.overlaps.map(overlapRow));
  const foot = el("div");
  const drawFoot = () => foot.replaceChildren(...overlapFoot(title, list, drawFoot));
  drawFoot();
  return el("section", {}, heading, list, foot);
}

function overlapFoot(title, list, again) {
  const shown = title.overlaps.length;
  if (shown >= title.overlaps_total) return [];
  const fault = el("p", { class: "fault", role: "alert" });
  const more = async () => {
    try {
      const { items } = await get(`/titles/${title.id}/overlaps`, { offset: shown });
      title.overlaps.push(...items);
      list.append(...items.map(overlapRow));
      again();
      list.children[shown]?.querySelector("button").focus();
    } catch (error) {
      if (error.status === undefined) throw error;
      fault.textContent = sentenceOf(error);
    }
  };
  return [
    el("p", { class: "quiet", role: "status" }, t("listed", { shown: number(shown), total: number(title.overlaps_total) })), fault,
    el("button", { type: "button", class: "plain more", "data-do": "more-overlaps", click: more }, t("more")),
  ];
}

function overlapRow(overlap) {
  const { other } = overlap;
  return el("li", {},
    el("button", { type: "button", class: "row", click: () => openTitle(other.id) },
      kindBadge(other.kind, other.state), el("strong", {}, nameOf(other)), el("span", { class: "amount" }, overlapAmount(overlap)),
      el("span", { class: "sub" }, pick(kindOf(other.kind).label))),
    el("div", { class: "ruling" }, verdictLine(overlap.verdict),
      el("p", {}, overlap.article || t("noArticle")),
      overlap.message && el("p", { class: "quiet" }, pick(overlap.message)),
      el("p", { class: "quiet" }, rulingFoot(overlap))));
}

function rulingFoot(overlap) {
  const area = overlap.legal_area_ha ?? overlap.geodesic_area_ha;
  const parts = [
    area != null && t("hectares", { n: number(area, 2, 2) }),
    overlap.confidence && t("confidence", { label: confidenceLabel(overlap.confidence) || overlap.confidence }),
    overlap.on && t("judgedOn", { day: day(overlap.on) }),
  ];
  return parts.filter(Boolean).join(" · ");
}

function actions(title) {
  const copy = async () => {
    await navigator.clipboard.writeText(location.href);
    announce(t("copied"));
  };
  const canCopy = Boolean(navigator.clipboard);
  return el("div", { class: "actions left" },
    title.bounds && el("button", { type: "button", class: "plain", click: () => goTo(title.bounds) }, t("zoomTo")),
    canCopy && el("button", { type: "button", class: "plain", click: copy }, t("copyLink")));
}
