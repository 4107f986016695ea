// The table beside the map: observations in view, a page at a time, and how far the view was surveyed.

import { get } from "../api.js";
import { el, stylesheet } from "../dom.js";
import { number, pick, t } from "../i18n.js";
import { freeExtent } from "../map.js";
import { announce } from "../notice.js";
import { focusPanel, openFault, openLoading, openPanel, plainHeading } from "../panel.js";
import { openObservation } from "./card.js";
import { daysShown, hasPeriod, sourceShown, sourcesKnown } from "./choice.js";
import { showActivity } from "./start.js";
import { confidenceText, daysText, titleOf } from "./words.js";

const PAGE = 20;

function box() {
  const [west, south, east, north] = ol.proj.transformExtent(freeExtent(), "EPSG:3857", "EPSG:4326");
  return [Math.max(west, -180), Math.max(south, -90), Math.min(east, 180), Math.min(north, 90)].map((one) => one.toFixed(6)).join(",");
}

/** Return { from, to } for the server, which wants both or none. */
function period() {
  if (!hasPeriod()) return {};
  const { from, to } = daysShown();
  return { from: from ?? "1900-01-01", to: to ?? "2999-12-31" };
}

const shownSources = () => sourcesKnown().map(({ code }) => code).filter(sourceShown);

/** Fetch a page; sources that are switched off are left out, one source alone is asked for itself. */
async function readPage(bbox, after) {
  const shown = shownSources();
  const items = [];
  let next = after;
  if (shown.length === 0) return { items, next: null };
  const source = shown.length === 1 ? shown[0] : null;
  do {
    const answer = await get("/activity/observations", { bbox, after: next, limit: PAGE, source, ...period() });
    items.push(...answer.items.filter((one) => shown.includes(one.source)));
    next = answer.next;
  } while (items.length < PAGE && next !== null);
  return { items, next };
}

function line(one) {
  return el("tr", {},
    el("td", {}, daysText(one.during)),
    el("th", { scope: "row" }, el("button", { type: "button", class: "link", "data-observation": one.id, click: () => openObservation(one.id) }, titleOf(one)),
      el("span", { class: "quiet" }, one.source)),
    el("td", {}, one.patch_ha == null ? t("notStated") : number(one.patch_ha, 2)),
    el("td", {}, confidenceText(one.confidence)));
}

function table(items) {
  const head = ["activityDay", "activityWhat", "activityPatch", "activityShort"].map((name) => el("th", { scope: "col" }, t(name)));
  return el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": t("activityInView") },
    el("table", { class: "compare activity-table" }, el("thead", {}, el("tr", {}, head)), el("tbody", {}, items.map(line))));
}

function show(page, surveyed, bbox) {
  const body = [
    el("p", { class: "surveyed", "data-surveyed": surveyed.state }, pick(surveyed.text)),
    page.items.length ? table(page.items) : el("p", { class: "empty" }, t("activityInViewNone")),
    el("div", { class: "actions left" },
      page.next !== null && el("button", { type: "button", class: "plain", "data-do": "next-page", click: () => turn(bbox, page.next, surveyed) }, t("activityNext")),
      page.after > 0 && el("button", { type: "button", class: "plain", click: () => turn(bbox, 0, surveyed) }, t("activityFirst")),
      el("button", { type: "button", class: "plain", "data-do": "reread", click: () => openList() }, t("activityRefresh"))),
  ];
  openPanel(plainHeading(t("activityInView")), body, page.again);
}

async function turn(bbox, after, surveyed) {
  try {
    const page = { ...(await readPage(bbox, after)), after };
    page.again = () => show(page, surveyed, bbox);
    page.again();
    focusPanel();
    announce(t("activityInView"));
  } catch (error) {
    if (error.status === undefined) throw error;
    openFault(error);
  }
}

/** Open the list of what the shown sources saw in the present view. */
export async function openList() {
  stylesheet("activity");
  openLoading(openList);
  focusPanel();
  try {
    await showActivity();
    const bbox = box();
    const shown = shownSources();
    const surveyed = await get("/activity/surveyed", { bbox, source: shown.length === 1 ? shown[0] : null, ...period() });
    await turn(bbox, 0, surveyed);
  } catch (error) {
    if (error.status === undefined) throw error;
    openFault(error);
  }
}
