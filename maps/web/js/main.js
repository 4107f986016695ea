// Where the page starts: load the style, build the map, join the parts.

import { startActivity } from "./activity/start.js";
import { get } from "./api.js";
import { followPlace, forgetTitle, openTitle } from "./card.js";
import { byId, el } from "./dom.js";
import { readHash } from "./hash.js";
import { setLanguage, t, translatePage } from "./i18n.js";
import { reload } from "./layers.js";
import { setSummary, startLegend } from "./legend.js";
import { openIssues, openOverlaps } from "./lists.js";
import { showView, startMap, tileLayersOf } from "./map.js";
import { startMenu } from "./menu.js";
import { attempt, clearNotice, notify, startNotices } from "./notice.js";
import { closePanel, isPanelHeld, startPanel } from "./panel.js";
import { inspect } from "./picker.js";
import { startSearch } from "./search.js";
import { accountRole, isOfficer, startSession } from "./session.js";
import { loadStyle } from "./style.js";
import { followTime, onTime } from "./time.js";
import { openTime, startTime } from "./time_panel.js";

function legendLinks() {
  const button = (key, open) => el("button", { type: "button", class: "plain", click: () => open() }, t(key));
  return [button("allOverlaps", openOverlaps), button("notices", () => attempt(openNotices)), isOfficer() && button("importIssues", openIssues)].filter(Boolean);
}

async function refreshSummary() {
  const [summary] = await Promise.all([get("/summary"), countNotices()]);
  byId("demo").hidden = !summary.demonstration;
  clearNotice();
  setSummary(summary);
  if (summary.rights.length === 0) notify(() => t("emptyRegister"));
}

function tileFailed() {
  const again = () => attempt(async () => {
    await refreshSummary();
    reload(tileLayersOf());
  });
  notify(() => t("tilesFailed"), again);
}

async function openNotices() {
  const { openNotices: open } = await import("./public/notices.js");
  await open();
}

/** Say how many notices wait for what people have to say. */
async function countNotices() {
  const { total } = await get("/notices", { status: "open", limit: 1 });
  byId("notices-button").hidden = total === 0;
  byId("notices-count").textContent = total;
}

/** The desk is loaded for whoever has one: the public's first load stays small. */
async function openDesk() {
  const [desk, editor] = await Promise.all([import("./desk/desk.js"), import("./edit/editor.js")]);
  editor.closeEditor();
  await desk.openDesk();
}

function showDesk() {
  byId("desk-button").hidden = accountRole() === null || accountRole() === "public";
}

async function leaveWork() {
  const { closeEditor } = await import("./edit/editor.js");
  closeEditor();
  closePanel();
}

/** What was open was another person's; it closes at once, before anything new is opened. */
function accountChanged() {
  closePanel();
  if (isPanelHeld()) leaveWork();
  showDesk();
  attempt(refreshSummary);
}

const first = readHash(); // as it was before the map wrote its view into it

/** Follow a permalink: its view, and its title; a title or place named alone is brought into view; without one no card stays. */
function follow({ view, title }) {
  if (view) showView(view);
  if (title) openTitle(title, { bring: view === null, focus: false });
  else if (!followPlace({ bring: view === null })) closePanel();
}

async function startPage() {
  followTime();
  startTime();
  await loadStyle();
  startLegend(legendLinks);
  startMap(inspect, tileFailed);
  startActivity();
  window.addEventListener("hashchange", () => {
    followTime();
    follow(readHash());
  });

  attempt(startData);
}

async function startData() {
  await Promise.all([refreshSummary(), startSession(accountChanged)]);
  showDesk();
  follow(first);
  document.body.dataset.ready = "true";
}

for (const button of document.querySelectorAll("[data-language]")) {
  button.addEventListener("click", () => setLanguage(button.dataset.language));
}
byId("time-button").addEventListener("click", openTime);
byId("notices-button").addEventListener("click", () => attempt(openNotices));
byId("desk-button").addEventListener("click", () => attempt(openDesk));
document.querySelector(".credits").open = matchMedia("(min-width: 1100px)").matches;
startNotices();
startPanel(forgetTitle);
startSearch(openTitle);
startMenu();
translatePage();
attempt(startPage);
