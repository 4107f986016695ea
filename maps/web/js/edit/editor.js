// An editing of ground on the page: panel, map, pointer, keys, the law, and saving.

import { filled, largestPart } from "../cells/parts.js";
import { count, EMPTY, fromRuns, minus, toRuns } from "../cells/set.js";
import { byId, el } from "../dom.js";
import { addTexts, integer, number, onLanguage, t } from "../i18n.js";
import { goTo, mapItself, pauseInspecting } from "../map.js";
import { announce, sentenceOf } from "../notice.js";
import { holdPanel, openPanel, plainHeading } from "../panel.js";
import { accountRole } from "../session.js";
import { checkWhileDrawing } from "./check.js";
import { factsForm } from "./facts.js";
import { figures } from "./figures.js";
import { findingsOf } from "./findings.js";
import { drawGround, groundOf } from "./ground.js";
import { drawWithKeys } from "./keyboard.js";
import { lawfulPart } from "./lawful.js";
import { cursorFor, drawWithPointer } from "./pointer.js";
import { forget, keptUnder, openSession } from "./session.js";
import { EDIT_TEXTS } from "./texts.js";
import { showShortcuts, toolbar } from "./toolbar.js";
import { VERTICES_TEXTS } from "./vertices_texts.js";
import { verticesSection } from "./vertices.js";

addTexts(EDIT_TEXTS);
addTexts(VERTICES_TEXTS);

const LABELS = { brush: "editBrush", rectangle: "editRectangle", lasso: "editLasso", flood: "editFlood" };
let under = null; // the editing that is open
let close = () => {};

const said = (tool) => t(LABELS[tool] ?? tool);

/** Return what the other ground has more and less than one's own, as counts. */
const difference = (mine, theirs) => ({ gained: count(minus(theirs, mine)), lost: count(minus(mine, theirs)) });

function boundsOf(cells) {
  const rows = toRuns(cells);
  const west = Math.min(...rows.map((run) => run[1]));
  const east = Math.max(...rows.map((run) => run[2]));
  return [west / 120, rows[0][0] / 120, east / 120, (rows.at(-1)[0] + 1) / 120];
}

/**
 * Open an editing.
 *
 * `heading` names it; `key` keeps its unsaved state; `subject` chooses the form; `start` is
 * { cells, facts } as saved; `host` the ground it must lie in (runs) or null; `asked(draft)` gives
 * what the check is asked; `save(draft)` keeps it on the server; `newest()` gives the
 * version { cells, facts } that somebody else kept meanwhile, after which `save` follows on it;
 * `left()` is called when the editing closes.
 */
export function openEditor({ heading, key, subject, start, host, asked, save, newest, left }) {
  closeEditor();
  const map = mapItself();
  const kept = keptUnder(key);
  const hostGround = host ? fromRuns(host) : null;
  const from = kept ?? { cells: start.cells, facts: start.facts, lines: null };
  const session = openSession({
    key, cells: from.cells, facts: Object.freeze(from.facts), lines: from.lines, history: kept?.history, host: hostGround, cursor: cursorFor(map, from.cells.length ? from.cells : hostGround),
  });
  const view = { saved: kept ? null : session.now.draft, law: { state: "none", answer: null }, vertices: {}, own: {}, fault: null, theirs: null };
  const ground = drawGround(map);
  const tooLarge = (most) => say(t("floodTooLarge", { n: number(most) }));

  function say(words) {
    view.note = words;
    announce(words);
  }

  function draw() {
    if (under !== session) return;
    const focus = document.activeElement?.dataset;
    const { now } = session;
    openPanel(plainHeading(heading()), [
      toolbar(session, {
        fill: () => session.change(t("editFill"), { cells: filled(now.draft.cells) }),
        largest: () => session.change(t("editLargest"), { cells: largestPart(now.draft.cells) }),
        clear: () => session.change(t("editClear"), { cells: EMPTY }),
      }),
      figures(now.draft.cells),
      lastEdit(now),
      view.law.state !== "none" && lawfulButton(),
      findingsOf(view.law, showPiece, sentenceOf),
      factsForm(session, subject),
      verticesSection(session, ground, view.vertices, sentenceOf, draw),
      accountRole() === "company" && ownLayers(),
      saving(),
    ].filter(Boolean), draw);
    refocus(focus);
  }

  function refocus(data) {
    const [name, value] = Object.entries(data ?? {}).find(([known]) => ["tool", "mode", "width", "do", "field"].includes(known)) ?? [];
    if (name) byId("panel").querySelector(`[data-${name}="${value}"]`)?.focus({ preventScroll: true });
  }

  function ownLayers() {
    const details = el("details", { class: "coordinates", open: view.own.open }, el("summary", {}, t("privateLayers")), view.own.section?.(view.own, draw));
    details.addEventListener("toggle", async () => {
      if (details.open === Boolean(view.own.open)) return;
      view.own.open = details.open;
      view.own.section = (await import("../private/panel.js")).privateSection;
      draw();
    });
    return details;
  }

  function lastEdit({ history }) {
    const last = history.past.at(-1);
    return last && el("p", { class: "quiet" }, t("lastEdit", { label: last.label }));
  }

  function lawfulButton() {
    const found = view.law.answer?.findings ?? [];
    const better = lawfulPart(session.now.draft.cells, hostGround, found);
    if (!better || view.law.state !== "fresh") return null;
    return el("button", { type: "button", class: "plain", "data-do": "lawful", click: () => offerLawful(better) }, t("makeLawful"));
  }

  function offerLawful({ cells, dropped }) {
    ground.piece(dropped);
    const what = count(cells) ? t("lawfulWhat", { dropped: number(count(dropped)), left: number(count(cells)) }) : t("lawfulEmpty");
    const dialog = el("dialog", { "aria-labelledby": "lawful-title", close: () => {
      ground.piece(EMPTY);
      if (dialog.returnValue === "apply") session.change(t("editLawful"), { cells });
      dialog.remove();
    } }, el("form", { method: "dialog" }, el("h2", { id: "lawful-title" }, t("lawfulTitle")), el("p", {}, what),
      el("div", { class: "actions" },
        el("button", { class: "plain", value: "no" }, t("cancel")),
        count(cells) > 0 && el("button", { class: "primary", value: "apply" }, t("apply")))));
    document.body.append(dialog);
    dialog.showModal();
  }

  const showPiece = (runs) => showGround(groundOf(runs));

  function showGround(piece) {
    ground.piece(piece);
    if (piece.length) goTo(boundsOf(piece));
  }

  function saving() {
    const clean = session.now.draft === view.saved;
    return el("div", { class: "saving" },
      view.fault && el("p", { class: "fault", role: "alert" }, view.fault()),
      view.theirs && meanwhile(),
      el("p", { class: "quiet", role: "status" }, t(clean ? "allSaved" : "unsaved")),
      el("div", { class: "actions left" },
        el("button", { type: "button", class: "primary", "data-do": "save", disabled: clean || !session.now.draft.cells.length, click: keep }, t("saveDraft")),
        el("button", { type: "button", class: "plain", "data-do": "discard", click: discard }, t(clean ? "close" : "discard"))));
  }

  async function keep() {
    const { draft } = session.now;
    view.fault = view.theirs = null;
    try {
      await save(draft);
      view.saved = draft;
      if (session.now.draft === draft) forget(key);
      announce(t("saved"));
    } catch (error) {
      if (error.status === undefined) throw error;
      if (error.code === "file_changed" && newest) view.theirs = await newest();
      else view.fault = () => sentenceOf(error);
    }
    draw();
  }

  function meanwhile() {
    const { gained, lost } = difference(session.now.draft.cells, view.theirs.cells);
    const take = () => {
      const { theirs } = view;
      view.theirs = null;
      session.change(t("editCopy"), theirs);
      view.saved = session.now.draft;
      draw();
    };
    return el("div", { class: "meanwhile", role: "alert" }, el("p", {}, t("changedMeanwhile")),
      el("p", {}, t("theirsDiffers", { gained: number(gained), lost: number(lost) })),
      el("div", { class: "actions left" },
        el("button", { type: "button", class: "plain", "data-do": "show-theirs", click: () => showGround(view.theirs.cells) }, t("showTheirs")),
        el("button", { type: "button", class: "plain", "data-do": "take-theirs", click: take }, t("takeTheirs")),
        el("button", { type: "button", class: "plain", "data-do": "keep-mine", click: keep }, t("keepMine"))));
  }

  function discard() {
    if (session.now.draft === view.saved) return closeEditor();
    const dialog = el("dialog", { close: () => {
      if (dialog.returnValue === "yes") {
        forget(key);
        closeEditor();
      }
      dialog.remove();
    } }, el("form", { method: "dialog" }, el("p", {}, t("discardSure")), el("div", { class: "actions" },
      el("button", { class: "plain", value: "no" }, t("keepDrawing")), el("button", { class: "primary", value: "yes" }, t("discard")))));
    document.body.append(dialog);
    return dialog.showModal();
  }

  function follow(cell) {
    const [west, south, east, north] = ol.proj.transformExtent(map.getView().calculateExtent(map.getSize()), "EPSG:3857", "EPSG:4326");
    const [lon, lat] = [(cell[0] + 0.5) / 120, (cell[1] + 0.5) / 120];
    const margin = (east - west) * 0.12;
    if (lon < west + margin || lon > east - margin || lat < south + margin || lat > north - margin) map.getView().setCenter(ol.proj.fromLonLat([lon, lat]));
  }

  function speak(name) {
    const [col, row] = session.now.cursor;
    announce(t(name, { col: integer(col), row: integer(row), n: number(count(session.now.draft.cells)) }));
  }

  function show(what) {
    const { now } = session;
    if (what === "draft") {
      ground.draft(now.draft.cells);
      ground.lost(EMPTY);
      ground.faults([]);
      ground.piece(EMPTY);
    }
    ground.cursor(now.cursor);
    ground.sketch(now.anchor ? groundOf(rectangleRuns(now.anchor, now.cursor)) : EMPTY);
    draw();
  }

  under = session;
  const resume = pauseInspecting();
  const release = holdPanel(draw);
  const leavePointer = drawWithPointer(map, session, ground, said, tooLarge);
  const leaveKeys = drawWithKeys(byId("map"), session, { follow, words: said, say: speak, help: showShortcuts, tooLarge });
  const leaveSession = session.on(show);
  byId("map").setAttribute("aria-label", t("drawArea"));
  ground.host(hostGround);
  ground.draft(session.now.draft.cells);
  ground.cursor(session.now.cursor);
  const law = checkWhileDrawing(session, () => (session.now.draft.cells.length ? asked(session.now.draft) : null), (next) => {
    view.law = next;
    draw();
  });
  const stopTranslating = onLanguage(law.again);
  if (kept) announce(t("resumed"));
  draw();
  close = () => {
    under = null;
    law.stop();
    stopTranslating();
    leaveSession();
    leavePointer();
    leaveKeys();
    ground.remove();
    release();
    resume();
    byId("map").setAttribute("aria-label", t("mapLabel"));
    left();
  };
}

const rectangleRuns = ([c0, r0], [c1, r1]) => {
  const runs = [];
  for (let row = Math.min(r0, r1); row <= Math.max(r0, r1); row += 1) runs.push([row, Math.min(c0, c1), Math.max(c0, c1) + 1]);
  return runs;
};

/** Close the editing that is open; what was not saved stays in the browser until it is discarded. */
export function closeEditor() {
  if (under) close();
}
