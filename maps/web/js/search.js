// Search by code or holder: type, choose with the arrows, open with Enter, leave with Escape.

import { get } from "./api.js";
import { byId, el } from "./dom.js";
import { onLanguage, pick, t } from "./i18n.js";
import { announce, sentenceOf } from "./notice.js";
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

function option(result, index, query) {
  const kind = pick(kindOf(result.kind).label);
  const holder = result.holders ? [marked(result.holders, query), " · "] : []; // else withheld, or none
  return el("li", { role: "option", id: `search-${index}`, "aria-selected": "false", click: () => choose(index) },
    kindBadge(result.kind, result.state), el("span", { class: "code" }, marked(nameOf(result), query)), el("span", {}),
    el("span", { class: "sub" }, ...holder, kind));
}

function show(query) {
  if (results.length === 0) return say(t("searchNone", { q: query }));
  list().replaceChildren(...results.map((result, index) => option(result, index, query)));
  byId("search-note").hidden = true;
  list().hidden = false;
  input().setAttribute("aria-expanded", "true");
  announce(results.length === 1 ? t("searchCountOne") : t("searchCount", { n: results.length }));
  return move(0);
}

function move(index) {
  active = (index + results.length) % results.length;
  [...list().children].forEach((node, at) => node.setAttribute("aria-selected", String(at === active)));
  list().children[active].scrollIntoView({ block: "nearest" });
  input().setAttribute("aria-activedescendant", `search-${active}`);
}

function choose(index) {
  const result = results[index];
  input().value = nameOf(result);
  hide();
  open(result.id);
}

async function ask() {
  const query = input().value.trim();
  asked?.abort();
  if (query === "") return hide();
  asked = new AbortController();
  try {
    const answer = await get("/search", { q: query, limit: LIMIT }, asked.signal);
    results = answer.results;
    return show(query);
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
  input().addEventListener("keydown", onKey);
  list().addEventListener("mousedown", (event) => event.preventDefault()); // keep the keyboard in the field
  document.addEventListener("pointerdown", (event) => {
    if (!byId("search").contains(event.target)) hide();
  });
  onLanguage(hide);
}
