// The base: real boundaries, lakes, rivers and towns, from files of this server; the graticule and the lattice.

import { current, onLanguage } from "./i18n.js";
import { fade } from "./tools/fade.js";
import { graticuleLayer, latticeLayer } from "./tools/graticule.js";
import { declare, isShown, onVisibility } from "./visibility.js";

const { Fill, Stroke, Style, Text, Circle } = ol.style;
const FONT = '"Liberation Sans", system-ui, sans-serif';
const COUNTRY = "180"; // ISO 3166-1 numeric
const COLOURS = {
  country: "#fbfaf6", neighbour: "#eeede8", border: "#7b776c", neighbourBorder: "#c9c5ba",
  province: "#b9b4a6", water: "#cfe2ea", waterLine: "#9fc1cf", waterText: "#2f5f75", text: "#3c4652", quiet: "#5f6770",
};

const SWITCHES = { water: true, provinces: true, oldProvinces: false, towns: true, graticule: false, lattice: false };

function layer(file, style, zIndex, more = {}) {
  const source = new ol.source.Vector({ url: `/boundaries/${file}.geojson`, format: new ol.format.GeoJSON() });
  return new ol.layer.Vector({ source, style, zIndex, updateWhileInteracting: false, ...more });
}

const halo = () => new Stroke({ color: "rgba(255,255,255,0.9)", width: 3 });

const label = (text, size, colour, more = {}) =>
  new Text({ text, font: `${size}px ${FONT}`, fill: new Fill({ color: colour }), stroke: halo(), ...more });

function landStyle(feature) {
  const home = feature.get("iso_n3") === COUNTRY;
  return new Style({
    fill: new Fill({ color: home ? COLOURS.country : COLOURS.neighbour }),
    stroke: new Stroke({ color: COLOURS.neighbourBorder, width: 0.8 }),
  });
}

function countryNameStyle(feature, resolution) {
  if (feature.get("iso_n3") === COUNTRY || resolution < 600) return null;
  return new Style({ text: label(feature.get(`name_${current()}`).toUpperCase(), 11, COLOURS.quiet, { overflow: false }) });
}

const borderStyle = new Style({ stroke: new Stroke({ color: COLOURS.border, width: 1.8 }) });
const borderOf = (feature) => (feature.get("iso_n3") === COUNTRY ? borderStyle : null);

function provinceStyle(feature, resolution) {
  const near = resolution < 2500 && resolution > 150;
  return new Style({
    stroke: new Stroke({ color: COLOURS.province, width: 1, lineDash: [5, 3] }),
    text: near ? label(feature.get("name"), 12, COLOURS.quiet) : undefined,
  });
}

function lakeStyle(feature, resolution) {
  const name = resolution < 1500 ? feature.get(`name_${current()}`) || feature.get("name_fr") : "";
  return new Style({
    fill: new Fill({ color: COLOURS.water }),
    stroke: new Stroke({ color: COLOURS.waterLine, width: 0.7 }),
    text: name ? label(name, 11, COLOURS.waterText) : undefined,
  });
}

const riverStyle = new Style({ stroke: new Stroke({ color: COLOURS.waterLine, width: 1.1 }) });

function townStyle(feature, resolution) {
  if (feature.get("spellings") === 0) return null; // of doubtful place and size: data/boundaries/NOTICE
  const people = feature.get("population");
  if (people < resolution * resolution * 0.02 && people < 900000) return null;
  const size = people > 500000 ? 13 : 11.5;
  return new Style({
    zIndex: people,
    image: new Circle({ radius: people > 500000 ? 3.2 : 2.2, fill: new Fill({ color: "#fff" }), stroke: new Stroke({ color: COLOURS.text, width: 1.3 }) }),
    text: label(feature.get("name"), size, COLOURS.text, { offsetX: 7, textAlign: "left" }),
  });
}

function switched(layers) {
  const draw = () => Object.entries(layers).forEach(([name, list]) => list.forEach((one) => one.setVisible(isShown(name))));
  draw();
  onVisibility(draw);
}

/** Return the base layers, below (1–9) and above (40–49) the titles; `free()`: see graticuleLayer. */
export function baseLayers(free) {
  for (const [name, on] of Object.entries(SWITCHES)) declare(name, on);
  const land = layer("countries", landStyle, 1);
  const border = new ol.layer.Vector({ source: land.getSource(), style: borderOf, zIndex: 40 });
  const names = new ol.layer.Vector({ source: land.getSource(), style: countryNameStyle, zIndex: 41, declutter: "base" });
  const lakes = layer("lakes", lakeStyle, 3, { declutter: "base" });
  const rivers = layer("rivers", riverStyle, 2);
  const provinces = layer("provinces", provinceStyle, 4, { declutter: "base" });
  const old = layer("old_provinces", provinceStyle, 4, { declutter: "base" });
  const towns = layer("towns", townStyle, 45, { declutter: "base" });
  const graticule = graticuleLayer(43, free);
  const lattice = latticeLayer(42);
  const layers = [land, rivers, lakes, provinces, old, border, names, towns, lattice, graticule];
  switched({ water: [lakes, rivers], provinces: [provinces], oldProvinces: [old], towns: [towns], graticule: [graticule], lattice: [lattice] });
  fade("base", layers);
  onLanguage(() => [names, lakes, graticule].forEach((one) => one.changed()));
  return layers;
}

/** Names of the switches of the base, in the order of the legend. */
export const BASE_SWITCHES = Object.keys(SWITCHES);
