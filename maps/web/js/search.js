// Search by code, holder, place, coordinates or carré: type, choose with the arrows, open with Enter, leave with Escape.

import { get } from "./api.js";
import { byId, el, stylesheet, svg } from "./dom.js";
import { dms } from "./grid.js";
import { current, integer, onLanguage, pick, t } from "./i18n.js";
import { goTo } from "./map.js";
import { announce, attempt, sentenceOf } from "./notice.js";
import { kindBadge } from "./patterns.js";
import { nameOf } from "./rows.js";
import { kindOf } from "./style.js";

const PAUSE_MS = 160;
const LIMIT = 12;

let results = [];
let active = -1;
let timer = null;
let asked = null;
let open = () => {};

const input = () => byId("search-input");
const list = () => byId("search-list");

function hide() {
  list().hidden = true;
  byId("search-note").hidden = true;
  input().setAttribute("aria-expanded", "false");
  input().removeAttribute("aria-activedescendant");
  active = -1;
}

function say(words) {
  hide();
  byId("search-note").textContent = words;
  byId("search-note").hidden = false;
}

/** Return the text as nodes, the part that was searched for marked. */
function marked(text, query) {
  const at = text.toLowerCase().indexOf(query.toLowerCase());
  if (at < 0) return [text];
  return [text.slice(0, at), el("mark", {}, text.slice(at, at + query.length)), text.slice(at + query.length)];
}

const SIGNS = {
  point: "M10 3v5M10 12v5M3 10h5M12 10h5",
  carre: "M4 4h12v12H4zM4 10h12M10 4v12",
  place: "M10 17s5-5.2 5-9a5 5 0 0 0-10 0c0 3.8 5 9 5 9zM10 8h.01",
};
const sign = (name) => el("span", { class: "sign" }, svg("svg", { viewBox: "0 0 20 20", "aria-hidden": "true" }, svg("path", { d: SIGNS[name] })));
const line = (mark, name, sub) => [mark, el("span", { class: "code" }, name), el("span", {}), el("span", { class: "sub" }, sub)];
const whole = ({ col, row }) => t("carreHead", { col: integer(col), row: integer(row) });
const outside = (found) => (found.inside ? [] : [` · ${t("pointOutside")}`]);

const PLACES = { town: "placeTown", province: "placeProvince", old_province: "placeOldProvince" };
const ORDERS = { letters: "orderLetters", utm: "orderUtm", lat_lon: "orderLatLon", lon_lat: "orderLonLat" };

/** What can be chosen: what it shows, what stands in the field afterwards, and what it opens. */
const titleEntry = (title, query) => {
  const holder = title.holders ? [marked(title.holders, query), " · "] : []; // else withheld, or none
  return {
    nodes: line(kindBadge(title.kind, title.state), marked(nameOf(title), query), [...holder, pick(kindOf(title.kind).label)]),
    name: nameOf(title),
    go: () => open(title.id),
  };
};
const placeEntry = (place, query) => ({
  nodes: line(sign("place"), marked(place.name, query), t(PLACES[place.kind])),
  name: place.name,
  go: () => {
    goTo(place.bounds);
    byId("map").focus({ preventScroll: true }); // what comes next is looking around there
    announce(t("searchGone", { name: place.name }));
  },
});
const openPlace = (name) => (value) => attempt(async () => (await import("./place.js"))[name](value));
const pointEntry = (point, query) => ({
  nodes: line(sign("point"), dms([point.lon, point.lat], current()), [t(ORDERS[point.order]), " · ", whole(point), ...outside(point)]),
  name: query,
  go: () => openPlace("openPoint")(point),
});
const carreEntry = (carre, query) => ({ nodes: line(sign("carre"), whole(carre), [t("searchCarre"), ...outside(carre)]), name: query, go: () => openPlace("openCarre")(carre) });

/** Return what the server found in groups, each with the key of its name. */
const groupsOf = (answer, query) => [
  ["searchPoints", answer.points.map((one) => pointEntry(one, query))],
  ["searchCarre", answer.carre ? [carreEntry(answer.carre, query)] : []],
  ["searchTitles", answer.results.map((one) => titleEntry(one, query))],
  ["searchPlaces", answer.places.map((one) => placeEntry(one, query))],
].filter(([, entries]) => entries.length);

function option(entry, index) {
  return el("div", { role: "option", class: "option", id: `search-${index}`, "aria-selected": "false", click: () => choose(index) }, entry.nodes);
}

const options = () => [...list().querySelectorAll("[role=option]")];

function show(answer, query) {
  const groups = groupsOf(answer, query);
  results = groups.flatMap(([, entries]) => entries);
  if (results.length === 0) return say(t("searchNone", { q: query }));
  list().replaceChildren(...groups.map(([key, entries]) => el("li", { role: "group", class: "group", "aria-label": t(key) },
    el("span", { class: "group-name", "aria-hidden": "true" }, t(key)), entries.map((entry) => option(entry, results.indexOf(entry))))));
  byId("search-note").hidden = true;
  list().hidden = false;
  input().setAttribute("aria-expanded", "true");
  const counts = groups.map(([key, entries]) => `${t(key)}${t("colon")}${entries.length}`).join(", ");
  announce(results.length === 1 ? `${counts}. ${t("searchCountOne")}` : `${counts}. ${t("searchCount", { n: results.length })}`);
  return move(0);
}

function move(index) {
  active = (index + results.length) % results.length;
  options().forEach((node, at) => node.setAttribute("aria-selected", String(at === active)));
  options()[active].scrollIntoView({ block: "nearest" });
  input().setAttribute("aria-activedescendant", `search-${active}`);
}

function choose(index) {
  const entry = results[index];
  input().value = entry.name;
  hide();
  entry.go();
}

async function ask() {
  const query = input().value.trim();
  asked?.abort();
  if (query === "") return hide();
  asked = new AbortController();
  try {
    const answer = await get("/search", { q: query, limit: LIMIT }, asked.signal);
    return show(answer, query);
  } catch (error) {
    if (error.name === "AbortError") return null;
    if (error.status === undefined) throw error;
    return say(sentenceOf(error));
  }
}

function onKey(event) {
  const shown = !list().hidden;
  if (event.key === "Escape") {
    if (shown) event.preventDefault(); // first Escape closes the list, the next empties the field
    hide();
  } else if (event.key === "Enter") {
    if (shown) choose(active);
    else ask();
  } else if (shown && event.key === "ArrowDown") {
    event.preventDefault();
    move(active + 1);
  } else if (shown && event.key === "ArrowUp") {
    event.preventDefault();
    move(active - 1);
  }
}

/** Make the search field work; `openTitle(id)` is called with the chosen title. */
export function startSearch(openTitle) {
  open = openTitle;
  input().addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE_MS);
  });
  input().addEventListener("focus", () => stylesheet("card"), { once: true });
  input().addEventListener("keydown", onKey);
  list().addEventListener("mousedown", (event) => event.preventDefault()); // keep the keyboard in the field
  document.addEventListener("pointerdown", (event) => {
    if (!byId("search").contains(event.target)) hide();
  });
  onLanguage(hide);
}
