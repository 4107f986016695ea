// A point or a carré that somebody asked for: where it is, in which province, and whose ground it is.

import "./card/texts.js";

import { get } from "./api.js";
import { openTitle, select } from "./card.js";
import { el, stylesheet } from "./dom.js";
import { dms } from "./grid.js";
import { current, integer, number, t } from "./i18n.js";
import { goTo, markPlace, outline } from "./map.js";
import { announce } from "./notice.js";
import { focusPanel, openFault, openLoading, openPanel, plainHeading } from "./panel.js";
import { rightRow } from "./rows.js";
import { askedThen } from "./time.js";

const AROUND = 1 / 60; // degrees that are shown around a place

const carreName = ({ col, row }) => t("carreHead", { col: integer(col), row: integer(row) });
const around = ([west, south, east, north]) => [west - AROUND, south - AROUND, east + AROUND, north + AROUND];
const decimals = ([lon, lat]) => `${number(lat, 6, 6)} ; ${number(lon, 6, 6)}`;

function squareOf([west, south, east, north]) {
  return { type: "Feature", geometry: { type: "Polygon", coordinates: [[[west, south], [east, south], [east, north], [west, north], [west, south]]] } };
}

function holders(carre) {
  const row = (title) => {
    const node = rightRow(title, (id) => openTitle(id, { bring: false }));
    if (title.share < 1) node.querySelector(".amount").textContent = t("carreShare", { n: number(title.share * 100, 1) });
    return node;
  };
  return el("section", {}, el("h3", {}, t("carreHeldBy")),
    carre.titles.length ? el("ul", { class: "rows" }, carre.titles.map(row)) : el("p", { class: "empty" }, t("carreFree")));
}

function factsOf(carre, point) {
  const [west, south, east, north] = carre.bounds;
  const words = (place) => dms(place, current());
  const pairs = point
    ? [[t("pointHere"), words(point)], ["", decimals(point)], [t("searchCarre"), `${integer(carre.col)}, ${integer(carre.row)}`]]
    : [[t("carreBounds"), words([west, south])], ["", words([east, north])]];
  pairs.push([t("carreProvince"), carre.province ?? t("carreNone")]);
  return el("dl", { class: "facts" }, pairs.flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]));
}

function show(carre, point) {
  const title = point ? t("pointHere") : carreName(carre);
  const draw = () => openPanel(plainHeading(point ? t("pointHere") : carreName(carre)), [
    !carre.inside && el("div", { class: "chips" }, el("span", { class: "chip warn" }, t("pointOutside"))),
    factsOf(carre, point),
    holders(carre),
  ].filter(Boolean), draw);
  draw();
  return title;
}

async function open({ col, row }, point, again, { bring, focus }) {
  stylesheet("card");
  openLoading(again);
  try {
    const carre = await get(`/carres/${col}/${row}`, askedThen());
    select(point ? { point: `${point[1].toFixed(6)},${point[0].toFixed(6)}` } : { carre: `${col},${row}` });
    const title = show(carre, point);
    outline(squareOf(carre.bounds));
    if (point) markPlace(point);
    if (bring) goTo(around(carre.bounds));
    if (focus) focusPanel();
    announce(title);
  } catch (error) {
    if (error.status === undefined) throw error;
    openFault(error);
  }
}

/** Open a carré { col, row }: its outline, and who holds it. */
export function openCarre(cell, { bring = true, focus = true } = {}) {
  return open(cell, null, () => openCarre(cell, { bring: false, focus: false }), { bring, focus });
}

/** Open a point { lon, lat }, with the carré { col, row } that holds it. */
export function openPoint({ lon, lat, col, row }, { bring = true, focus = true } = {}) {
  return open({ col, row }, [lon, lat], () => openPoint({ lon, lat, col, row }, { bring: false, focus: false }), { bring, focus });
}
