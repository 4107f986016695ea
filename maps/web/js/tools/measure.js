// Measuring on the map: distances and areas by clicks, taps or keys, told as a table and in words.

import { byId, el, stylesheet } from "../dom.js";
import { dms } from "../grid.js";
import { current, number, t } from "../i18n.js";
import { mapItself, onPlace } from "../map.js";
import { announce, clearNotice, notify } from "../notice.js";
import { closePanel, holdPanel, openPanel, plainHeading } from "../panel.js";
import { highlightColour } from "../style.js";
import { along, crossesItself, leg, loadGeodesic, polygon } from "./geodesy.js";
import "./texts.js";

const MODES = ["measureDistance", "measureArea"];
const LONG_M = 10000; // from here on lengths are told in kilometres
const WIDE_M2 = 1e7; // from here on areas are told in square kilometres too
const SAME_PX = 4; // the second click of a double click is no point

let ended = null; // how the measuring under way ends

/** Return a length in words. */
export const lengthText = (metres) =>
  (metres < LONG_M ? t("metres", { n: number(metres, 1, 1) }) : t("kilometres", { n: number(metres / 1000, 3, 3) }));

/** Return an area in words: hectares, and square kilometres where it is wide. */
export function areaText(squareMetres) {
  const hectares = t("hectares", { n: number(squareMetres / 1e4, 2, 2) });
  return squareMetres < WIDE_M2 ? hectares : `${hectares} (${t("squareKilometres", { n: number(squareMetres / 1e6, 2, 2) })})`;
}

/** Return the legs between points: [from, to]; an area's last one leads back. */
function sidesOf(points, closed) {
  const sides = points.slice(1).map((to, i) => [points[i], to]);
  if (closed && points.length > 2) sides.push([points.at(-1), points[0]]);
  return sides;
}

/** Return what was measured: { legs, metres, squareMetres | null, crossed }. */
export function measured(points, mode) {
  const closed = mode === "measureArea";
  const legs = sidesOf(points, closed).map(([from, to]) => ({ ...leg(from, to), to }));
  const metres = legs.reduce((sum, one) => sum + one.metres, 0);
  const crossed = closed && crossesItself(points);
  const squareMetres = closed && points.length > 2 && !crossed ? polygon(points).squareMetres : null;
  return { legs, metres, squareMetres, crossed };
}

function styles() {
  const { Circle, Fill, Stroke, Style } = ol.style;
  const colour = highlightColour();
  return [
    new Style({ stroke: new Stroke({ color: "rgba(255,255,255,0.95)", width: 5 }), fill: new Fill({ color: "rgba(21,87,192,0.14)" }) }),
    new Style({ stroke: new Stroke({ color: colour, width: 2.5 }),
      image: new Circle({ radius: 5, fill: new Fill({ color: "#fff" }), stroke: new Stroke({ color: colour, width: 2.5 }) }) }),
  ];
}

function shapes(points, mode) {
  const bent = (sides) => sides.flatMap(([from, to]) => along(from, to)).map((place) => ol.proj.fromLonLat(place));
  const closed = mode === "measureArea" && points.length > 2;
  const path = bent(sidesOf(points, closed));
  const line = closed ? new ol.geom.Polygon([path]) : new ol.geom.LineString(path);
  const nodes = new ol.geom.MultiPoint(points.map((place) => ol.proj.fromLonLat(place)));
  return [path.length > 1 && line, nodes].filter(Boolean).map((geometry) => new ol.Feature({ geometry }));
}

/** Return what is said of a measure in one sentence. */
function sentence({ legs, metres, squareMetres, crossed }, mode) {
  if (crossed) return t("measureCrossed");
  const last = legs.length && mode === "measureDistance" ? `${t("measureLength")}${t("colon")}${lengthText(legs.at(-1).metres)}. ` : "";
  const total = `${t(mode === "measureArea" ? "measurePerimeter" : "measureTotal")}${t("colon")}${lengthText(metres)}.`;
  const area = squareMetres === null ? "" : ` ${t("measureTrueArea")}${t("colon")}${areaText(squareMetres)}.`;
  return last + total + area;
}

function modeButtons({ mode }, choose) {
  const button = (key) => el("button", { type: "button", class: "pick", "data-mode": key, "aria-pressed": String(key === mode), click: () => choose(key) }, t(key));
  return el("div", { class: "toolbar" }, el("div", { class: "picks", role: "group", "aria-label": t("measureWhat") }, MODES.map(button)));
}

function figures({ metres, squareMetres }, mode) {
  const pair = (key, value) => el("div", {}, el("dt", {}, t(key)), el("dd", {}, value));
  const area = mode === "measureArea" && pair("measureTrueArea", squareMetres === null ? "–" : areaText(squareMetres));
  return el("dl", { class: "measured" }, area, pair(mode === "measureArea" ? "measurePerimeter" : "measureTotal", lengthText(metres)));
}

function legTable({ legs }, points, mode) {
  const closing = (i) => mode === "measureArea" && i === points.length - 1;
  const row = ({ metres, azimuth, to }, i) => el("tr", {}, el("th", { scope: "row" }, i + 1),
    el("td", {}, dms(to, current()), closing(i) && el("small", {}, ` (${t("measureClosing")})`)),
    el("td", { class: "number" }, lengthText(metres)), el("td", { class: "number" }, `${number((Math.round(azimuth * 10) % 3600) / 10, 1, 1)}°`));
  const heads = ["measureLeg", "measureTo", "measureLength", "measureAzimuth"].map((key) => el("th", { scope: "col" }, t(key)));
  return el("div", { class: "scroll" }, el("table", { class: "compare legs" }, el("caption", {}, t("measureLegs")),
    el("thead", {}, el("tr", {}, heads)), el("tbody", {}, legs.map(row))));
}

function body(view, acts) {
  const { points, mode } = view;
  const found = measured(points, mode);
  const button = (name, key) => el("button", { type: "button", class: "plain", "data-do": name, disabled: points.length === 0, click: acts[name] }, t(key));
  const area = mode === "measureArea";
  return [
    modeButtons(view, acts.choose),
    points.length === 0 && el("p", { class: "quiet" }, t("measureHow")),
    points.length > 0 && figures(found, mode),
    found.crossed && el("p", { class: "fault" }, t("measureCrossed")),
    area && points.length > 0 && points.length < 3 && el("p", { class: "quiet" }, t("measureMore")),
    el("p", { class: "quiet", "data-truth": mode }, t(area ? "measureTruth" : "measureLine")),
    el("div", { class: "actions left" }, button("undo", "measureUndo"), button("clear", "measureClear"),
      el("button", { type: "button", class: "primary", "data-do": "end", click: acts.end }, t("measureEnd"))),
    points.length > 0 && el("p", { class: "quiet" }, t("measureFrom", { place: dms(points[0], current()) })),
    found.legs.length > 0 && legTable(found, points, mode),
  ].filter(Boolean);
}

const panelIsHeld = () => !byId("panel").hidden && byId("panel-close").hidden;

/** Return the interaction that zooms at a double click, which here would be two points. */
const doubleClick = () => mapItself().getInteractions().getArray().find((one) => one instanceof ol.interaction.DoubleClickZoom);

function isSame(a, b) {
  if (!a) return false;
  const [from, to] = [a, b].map((place) => mapItself().getPixelFromCoordinate(ol.proj.fromLonLat(place)));
  return Math.hypot(from[0] - to[0], from[1] - to[1]) < SAME_PX;
}

/** Begin to measure; what was selected is left. */
export async function openMeasure() {
  if (ended) return byId("map").focus();
  if (panelIsHeld()) return notify(() => t("measureBusy"));
  await loadGeodesic();
  stylesheet("tools");
  closePanel();
  begin();
  return null;
}

function begin() {
  const view = { points: [], mode: "measureDistance" };
  const source = new ol.source.Vector();
  const layer = new ol.layer.Vector({ source, style: styles(), zIndex: 46, updateWhileInteracting: true });
  const draw = () => {
    const focused = byId("panel").contains(document.activeElement) ? document.activeElement.dataset : {};
    openPanel(plainHeading(t("measure")), body(view, acts), draw);
    const again = focused.do ? `[data-do=${focused.do}]:enabled` : focused.mode && `[data-mode=${focused.mode}]`;
    if (again) (byId("panel").querySelector(again) ?? byId("panel")).focus({ preventScroll: true });
  };
  const change = (said) => {
    source.clear(true);
    if (view.points.length) source.addFeatures(shapes(view.points, view.mode));
    draw();
    announce(said(view.points.length ? sentence(measured(view.points, view.mode), view.mode) : t("measureNone")));
  };
  const acts = {
    choose: (mode) => { view.mode = mode; change((what) => `${t(mode)}. ${what}`); },
    undo: () => { view.points.pop(); change((what) => t("measureRemoved", { what })); },
    clear: () => { view.points.length = 0; change((what) => what); },
    end: () => ended(),
  };
  const keys = (event) => {
    if (event.key === "Escape") acts.end();
    else if (event.key === "Backspace" && view.points.length) acts.undo();
    else return;
    event.preventDefault();
  };
  const add = (place) => {
    if (isSame(view.points.at(-1), place)) return;
    view.points.push(place);
    change((what) => t("measureSaid", { n: view.points.length, what }));
  };
  const stopPlacing = onPlace(add);
  const release = holdPanel(draw);
  const parts = [byId("map"), byId("panel")];
  parts.forEach((part) => part.addEventListener("keydown", keys));
  doubleClick().setActive(false);
  mapItself().addLayer(layer);
  ended = () => {
    ended = null;
    parts.forEach((part) => part.removeEventListener("keydown", keys));
    doubleClick().setActive(true);
    mapItself().removeLayer(layer);
    stopPlacing();
    release();
    clearNotice();
    closePanel();
    byId("map").focus();
  };
  change(() => t("measureHow"));
  byId("map").focus();
}
