// One observation: what its source states, where it stands in law, and how far its ground was surveyed.

import { get } from "../api.js";
import { openTitle } from "../card.js";
import { el, stylesheet } from "../dom.js";
import { cellAt } from "../grid.js";
import { day, number, pick, t } from "../i18n.js";
import { goTo, outline } from "../map.js";
import { isNarrow } from "../narrow.js";
import { announce } from "../notice.js";
import { focusPanel, openFault, openLoading, openPanel } from "../panel.js";
import { accountRole } from "../session.js";
import { ageOf, sign, surenessOf } from "./signs.js";
import { confidenceText, daysText, hectaresText, metresText, titleOf } from "./words.js";

const OPENERS = new Set(["officer", "supervisor", "egc", "inspector", "company"]);
const FAR = 0.02; // degrees around a point

/** Return a line for an observation among the things of a click. */
export function observationRow(thing, open) {
  const today = new Date().toISOString().slice(0, 10);
  const look = sign({ seen: thing.seen, age: ageOf(thing.to, today), sureness: surenessOf(thing.confidence) });
  return el("li", {}, el("button", { type: "button", class: "row", click: () => open(thing.id) }, look,
    el("strong", {}, t("activityObservation", { id: thing.id })), el("span", { class: "amount" }, thing.patch_ha == null ? "" : hectaresText(thing.patch_ha)),
    el("span", { class: "sub" }, `${thing.source} · ${daysText(thing)}`)));
}

function boundsOf(geometry) {
  const [west, south, east, north] = new ol.format.GeoJSON().readGeometry(geometry).getExtent();
  return [west - FAR, south - FAR, east + FAR, north + FAR];
}

function middleOf([west, south, east, north]) {
  return [(west + east) / 2, (south + north) / 2];
}

/** Open the card of an observation; `bring` moves the map to it. */
export async function openObservation(id, { bring = isNarrow() } = {}) {
  stylesheet("activity");
  openLoading(() => openObservation(id, { bring }));
  focusPanel();
  try {
    const [one, place] = await Promise.all([get(`/activity/observations/${id}`), get(`/activity/observations/${id}/place`)]);
    const bounds = boundsOf(one.geometry);
    const { col, row } = cellAt(middleOf(bounds));
    const surveyed = await get("/activity/surveyed", { carres: `${col}:${row}` });
    const draw = () => openPanel(heading(one), body(one, place, surveyed, bounds), draw);
    draw();
    outline(one.geometry);
    if (bring) goTo(bounds);
    announce(`${titleOf(one)}. ${pick(place.summary)}`);
  } catch (error) {
    if (error.status === undefined) throw error;
    openFault(error);
  }
}

function heading(one) {
  return el("div", { class: "file-title" }, el("h2", { id: "panel-title" }, titleOf(one)),
    el("p", {}, `${t(one.seen === "visit" ? "activitySeenVisit" : "activitySeenDetection")} · ${one.source}`));
}

const facts = (pairs) => el("dl", { class: "facts" }, pairs.filter(([, value]) => value).flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]));

function stated(one, place) {
  const age = place.visit_age_days;
  return facts([
    [t("activitySeen"), daysText(one.during)],
    [t("activityAgeDays"), age == null ? t("notStatedF") : t("activityDays", { n: number(age), day: day(place.on) })],
    [t("activitySurveyPeriod"), daysText(one.delivered_during)],
    [t("activityPatchSize"), hectaresText(one.patch_ha)],
    [t("activityShort"), confidenceText(one.confidence)],
    [t("activityUncertainty"), one.uncertainty_m == null ? t("notStatedF") : `± ${metresText(one.uncertainty_m)}`],
    [t("activityMinerals"), one.minerals.join(", ") || t("notStated")],
    [t("activityWorkers"), one.workers == null ? t("notStated") : number(one.workers)],
    [t("activityProvince"), place.province ?? t("notStatedF")],
    [t("activityFileRow"), one.file && `${one.file}, ${one.row}`],
  ]);
}

function rightLine(right, near) {
  const name = right.code?.startsWith(right.kind) ? right.code : [right.kind, right.code].filter(Boolean).join(" ");
  const said = right.title_id == null ? name : el("button", { type: "button", class: "link", click: () => openTitle(right.title_id, { bring: false }) }, name);
  const parts = [
    right.holder ?? t("activityHolderNone"),
    right.area_ha != null && t("hectares", { n: number(right.area_ha, 2) }),
    near ? t("activityAt", { m: metresText(right.distance_m) }) : right.share_inside != null && right.share_inside < 1 && t("activityShare", { n: number(right.share_inside * 100, 1) }),
    !near && right.edge_m != null && `${t("activityBoundary").toLowerCase()} ${t("activityAt", { m: metresText(right.edge_m) })}`,
  ];
  return el("li", {}, said, el("span", { class: "quiet" }, ` ${parts.filter(Boolean).join(" · ")}`), right.notes.map((note) => el("p", { class: "quiet" }, pick(note))));
}

const rightsList = (title, rights, near) => rights.length > 0 && [el("h3", {}, title), el("ul", { class: "papers" }, rights.map((right) => rightLine(right, near)))];

function sides(place) {
  if (place.sides.length < 2) return null;
  return el("ul", { class: "papers" }, place.sides.map((side) => el("li", {}, `${t("activityProbability", { n: number(side.probability * 100, 1) })}${t("colon")}${pick(side.name)}`)));
}

function lawSection(place) {
  return el("section", { "data-place": place.code }, el("h3", {}, t("activityPlaceTitle", { day: day(place.on) })),
    el("p", { class: "place" }, pick(place.summary)), sides(place),
    place.boundary_m != null && el("p", { class: "quiet" }, `${t("activityBoundary")}${t("colon")}${metresText(place.boundary_m)}`),
    rightsList(t("activityRights"), place.rights, false), rightsList(t("activityNearest"), place.nearest, true));
}

function thenSection(place) {
  if (place.then.length === 0) return null;
  const sideText = (side) => [pick(side.name), ...side.rights.map(({ code }) => code)].join(" · ");
  return el("section", {}, el("h3", {}, t("activityThen")),
    el("ul", { class: "papers" }, place.then.map((one) => el("li", {}, `${daysText(one.during)}${t("colon")}${one.sides.map(sideText).join(" ; ")}`))));
}

function body(one, place, surveyed, bounds) {
  const report = async () => (await import("../conflicts/open.js")).openReport({ observation: one, place });
  return [
    lawSection(place), stated(one, place), thenSection(place),
    el("section", {}, el("h3", {}, t("activityCoverage")), el("p", { "data-surveyed": surveyed.state }, pick(surveyed.text)),
      el("p", { class: "quiet" }, `${day(place.on)}${t("colon")}${pick(place.on_day_name)}`)),
    place.remarks.length > 0 && el("section", {}, el("h3", {}, t("activityRemarks")), el("ul", { class: "papers" }, place.remarks.map((remark) => el("li", {}, pick(remark))))),
    el("div", { class: "actions left" },
      el("button", { type: "button", class: "plain", click: () => goTo(bounds) }, t("zoomTo")),
      OPENERS.has(accountRole()) && place.code === "inside_permit_no_allocation" && el("button", { type: "button", class: "plain", "data-do": "report-conflict", click: report }, t("activityOpenCase"))),
  ].filter(Boolean);
}
