// What the map shows, as a table: the titles with ground in the present view, a page at a time.

import "./card/texts.js";

import { get } from "./api.js";
import { openTitle } from "./card.js";
import { el, stylesheet } from "./dom.js";
import { number, pick, t } from "./i18n.js";
import { mapItself } from "./map.js";
import { focusPanel, openFault, openLoading, openPanel, plainHeading } from "./panel.js";
import { kindBadge } from "./patterns.js";
import { nameOf } from "./rows.js";
import { kindOf, kinds, stateOf, states } from "./style.js";
import { askedThen } from "./time.js";
import { isShown } from "./visibility.js";

const PAGE = 50;

const hidden = (codes, nameOfLayer) => codes.map(({ code }) => code).filter((code) => !isShown(nameOfLayer(code))).join(",");

/** Return what the map shows now: its box, its day, the layers that are off. */
function viewNow() {
  const map = mapItself();
  const bounds = ol.proj.transformExtent(map.getView().calculateExtent(map.getSize()), "EPSG:3857", "EPSG:4326");
  const [west, south, east, north] = bounds;
  const box = [Math.max(west, -180), Math.max(south, -90), Math.min(east, 180), Math.min(north, 90)];
  return {
    ...askedThen(),
    bbox: box.map((degrees) => degrees.toFixed(6)).join(","),
    kinds_off: hidden(kinds(), (code) => code),
    states_off: hidden(states(), (code) => `state-${code}`),
  };
}

function row(title) {
  const cells = title.cells == null ? `≈ ${number(title.area_cells, 1)}` : number(title.cells);
  const name = el("button", { type: "button", class: "row", "aria-label": `${nameOf(title)}, ${pick(kindOf(title.kind).label)}`, click: () => openTitle(title.id, { bring: false }) },
    kindBadge(title.kind, title.state), el("strong", {}, nameOf(title)));
  return el("tr", {}, el("td", { class: "first wrap" }, name), el("td", { class: "wrap" }, pick(stateOf(title.state).label)),
    el("td", { class: "num" }, cells), el("td", { class: "num" }, number(title.legal_area_ha ?? title.true_area_ha, 0)));
}

function table(items) {
  const head = [["inViewTitle", null], ["inViewState", null], ["cells", "num"], ["inViewArea", "num"]];
  return el("div", { class: "table-box" }, el("table", { class: "table" },
    el("caption", { class: "hidden" }, t("allTitlesView")),
    el("thead", {}, el("tr", {}, head.map(([key, side]) => el("th", { scope: "col", class: side }, key === "inViewArea" ? `${t(key)} (ha)` : t(key))))),
    el("tbody", {}, items.map(row))));
}

function show(query, found) {
  const draw = () => openPanel(plainHeading(t("allTitlesView")), body(), draw);
  const more = async () => {
    const before = found.items.length;
    await fetchInto(query, found);
    draw();
    document.querySelectorAll("#panel .table tbody button")[before]?.focus();
  };
  const body = () => [
    el("p", { class: "quiet" }, t("inViewWhy")),
    el("button", { type: "button", class: "plain", "data-do": "view-again", click: () => openInView() }, t("inViewAgain")),
    found.total === 0 ? el("p", { class: "empty" }, t("inViewNone")) : table(found.items),
    found.total > 0 && el("p", { class: "quiet", role: "status" }, t("inViewShown", { shown: number(found.items.length), total: number(found.total) })),
    found.items.length < found.total && el("button", { type: "button", class: "plain more", "data-do": "more-view", click: more }, t("more")),
  ].filter(Boolean);
  draw();
}

async function fetchInto(query, found) {
  try {
    const answer = await get("/titles", { ...query, limit: PAGE, offset: found.items.length });
    found.items.push(...answer.items);
    found.total = answer.total;
  } catch (error) {
    if (error.status === undefined) throw error;
    openFault(error);
  }
}

/** Open the table of the titles in the present view. */
export async function openInView() {
  stylesheet("card");
  openLoading(openInView);
  const found = { items: [], total: null };
  const query = viewNow();
  await fetchInto(query, found);
  if (found.total === null) return;
  show(query, found);
  focusPanel();
}
