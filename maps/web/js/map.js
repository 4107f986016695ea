// The map itself: view, permalink, pointer, what lies under a click, and the highlighted outline.

import { baseLayers } from "./base.js";
import { byId } from "./dom.js";
import { cellAt, dms } from "./grid.js";
import { readHash, viewText, writeHash } from "./hash.js";
import { current, integer, onLanguage, t } from "./i18n.js";
import { tileLayers } from "./layers.js";
import { isNarrow } from "./narrow.js";
import { highlightColour } from "./style.js";

const { fromLonLat, toLonLat, transformExtent } = ol.proj;
const COUNTRY = [12.2, -13.5, 31.4, 5.4]; // lon/lat, domain: national extent
const ROAM = [2, -24, 42, 16];
const HIT_PX = 3;

let map = null;
let highlight = null;
let tiles = [];

const toMap = (bounds) => transformExtent(bounds, "EPSG:4326", "EPSG:3857");

const isOpen = (id) => !byId(id).hidden;

/** Return the border that panels cover: top, right, bottom, left. */
function covered() {
  if (isNarrow()) return [0, 0, isOpen("panel") ? byId("panel").offsetHeight : 0, 0];
  return [0, isOpen("legend") ? 320 : 0, 0, isOpen("panel") ? 396 : 0];
}

/** Return what of the map is free of panels, and where the word of the demonstration stands on it. */
function free() {
  const { left, right, bottom } = byId("demo").getBoundingClientRect();
  const pill = { from: left, to: right, bottom: bottom - byId("map").getBoundingClientRect().top };
  return { border: covered(), pill: isOpen("demo") ? pill : null };
}

/** Return the border that what is brought into view keeps free. */
function padding() {
  const [top, right, bottom, left] = covered();
  const margin = isNarrow() ? 24 : 44;
  return [top + 60, right + margin, bottom + margin, left + margin];
}

function firstView() {
  const asked = readHash().view;
  if (asked) showView(asked);
  else map.getView().fit(toMap(COUNTRY), { padding: isNarrow() ? [10, 10, 10, 10] : [48, 300, 44, 10] });
}

/** Show a view: zoom, lat, lon. */
export function showView({ zoom, lat, lon }) {
  map.getView().setCenter(fromLonLat([lon, lat]));
  map.getView().setZoom(zoom);
}

function highlightLayer() {
  const { Stroke, Style } = ol.style;
  const style = [
    new Style({ stroke: new Stroke({ color: "rgba(255,255,255,0.95)", width: 6 }) }),
    new Style({ stroke: new Stroke({ color: highlightColour(), width: 3 }) }),
  ];
  return new ol.layer.Vector({ source: new ol.source.Vector(), style, zIndex: 35 });
}

function controls() {
  return [
    new ol.control.Zoom({ zoomInTipLabel: t("zoomIn"), zoomOutTipLabel: t("zoomOut") }),
    new ol.control.ScaleLine({ target: byId("scale"), minWidth: 80 }),
  ];
}

function nameZoomButtons() {
  for (const [selector, key] of [[".ol-zoom-in", "zoomIn"], [".ol-zoom-out", "zoomOut"]]) {
    const button = document.querySelector(selector);
    button.title = t(key);
    button.setAttribute("aria-label", t(key));
  }
}

function followPointer() {
  const show = (event) => {
    const place = toLonLat(event.coordinate);
    const { col, row } = cellAt(place);
    byId("pointer").textContent = `${dms(place, current())} · ${t("cell", { col: integer(col), row: integer(row) })}`;
  };
  map.on("pointermove", (event) => {
    if (event.dragging) return;
    show(event);
    map.getTargetElement().classList.toggle("clickable", map.hasFeatureAtPixel(event.pixel, hits()));
  });
}

const hits = () => ({ layerFilter: (layer) => tiles.includes(layer), hitTolerance: HIT_PX });

/** Return what lies under a pixel, each thing once, overlaps first. */
function thingsAt(pixel) {
  const found = new Map();
  map.forEachFeatureAtPixel(pixel, (feature, layer) => {
    const name = layer.get("name");
    const { id, ...rest } = feature.getProperties();
    if (id != null || rest.n) found.set(`${name}/${id ?? "small"}`, { layer: name, id, ...rest });
  }, hits());
  return [...found.values()];
}

function keepPermalink() {
  map.on("moveend", () => {
    const view = map.getView();
    writeHash({ map: viewText(view.getZoom(), toLonLat(view.getCenter())) });
  });
}

let inspecting = true;

/** Stop answering clicks, while the map is drawn on; return how they are answered again. */
export function pauseInspecting() {
  inspecting = false;
  return () => { inspecting = true; };
}

const placing = new Set();
let placed = null;

/** Call back with each place that is touched while clicks answer nothing else; return how it ends. */
export function onPlace(listener) {
  const resume = pauseInspecting();
  placing.add(listener);
  return () => {
    placing.delete(listener);
    resume();
  };
}

/** Mark a place [lon, lat] on the map; null takes the mark away. */
export function markPlace(place) {
  if (placed) highlight.getSource().removeFeature(placed);
  placed = null;
  if (!place) return;
  const { Circle, Fill, Stroke, Style } = ol.style;
  placed = new ol.Feature({ geometry: new ol.geom.Point(fromLonLat(place)) });
  placed.setStyle(new Style({ image: new Circle({ radius: 9, fill: new Fill({ color: highlightColour() }), stroke: new Stroke({ color: "#fff", width: 3 }) }) }));
  highlight.getSource().addFeature(placed);
}

/** Return the map, for what is drawn on it. */
export const mapItself = () => map;

/** Call back with what is under a click, or under the centre when Enter is pressed on the map. */
function onInspect(inspect) {
  map.on("click", (event) => placing.forEach((listener) => listener(toLonLat(event.coordinate))));
  let asked = false; // a click is answered as it was meant: a single click is told a quarter of a second later
  map.on("click", () => { asked = inspecting; });
  map.on("singleclick", (event) => asked && inspecting && inspect(thingsAt(event.pixel), toLonLat(event.coordinate)));
  byId("map").addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    if (placing.size) placing.forEach((listener) => listener(toLonLat(map.getView().getCenter())));
    if (!inspecting) return;
    const [width, height] = map.getSize();
    inspect(thingsAt([width / 2, height / 2]), toLonLat(map.getView().getCenter()));
  });
}

/** Build the map. `inspect(things, lonlat)` is called on clicks, `failed()` when a tile fails. */
export function startMap(inspect, failed) {
  const { layers, codes } = tileLayers(failed);
  tiles = layers;
  highlight = highlightLayer();
  const view = new ol.View({ minZoom: 4, maxZoom: 17, extent: toMap(ROAM), enableRotation: false });
  map = new ol.Map({
    target: "map", view, layers: [...tiles, ...baseLayers(free), codes.layer, highlight], controls: controls(),
    interactions: ol.interaction.defaults.defaults({ onFocusOnly: false, altShiftDragRotate: false, pinchRotate: false }),
    keyboardEventTarget: byId("map"),
  });
  codes.attach(map, covered);
  firstView();
  nameZoomButtons();
  onLanguage(nameZoomButtons);
  followPointer();
  keepPermalink();
  onInspect(inspect);
}

/** Bring bounds (west, south, east, north) into view, past the panels. */
export function goTo(bounds) {
  const quick = matchMedia("(prefers-reduced-motion: reduce)").matches;
  map.getView().fit(toMap(bounds), { padding: padding(), maxZoom: 13, duration: quick ? 0 : 350 });
}

/** Come closer to a place. */
export function closer([lon, lat]) {
  map.getView().animate({ center: fromLonLat([lon, lat]), zoom: map.getView().getZoom() + 2, duration: 250 });
}

/** Return the extent of the map that no panel covers, in the map's coordinates. */
export function freeExtent() {
  const [top, right, bottom, left] = covered();
  const [width, height] = map.getSize();
  return [[left, height - bottom], [width - right, top]].flatMap((pixel) => map.getCoordinateFromPixel(pixel));
}

/** Draw a strong outline around a GeoJSON geometry; null takes it away. */
export function outline(geometry) {
  const source = highlight.getSource();
  source.clear();
  if (!geometry) return;
  const format = new ol.format.GeoJSON({ dataProjection: "EPSG:4326", featureProjection: "EPSG:3857" });
  source.addFeature(format.readFeature(geometry));
}

/** Return the tile layers, to be asked again. */
export const tileLayersOf = () => tiles;
