// Drawing the layout of an artisanal area: panel, map, pointer, keys, rules, and saving as a version.

import { get, postForm } from "../api.js";
import { byId, el, stylesheet } from "../dom.js";
import { addTexts, number, onLanguage, t } from "../i18n.js";
import { mapItself, pauseInspecting, tileLayersOf } from "../map.js";
import { isNarrow } from "../narrow.js";
import { announce, sentenceOf } from "../notice.js";
import { holdPanel, openPanel, plainHeading } from "../panel.js";
import { checkWhileDrawing, formOf } from "./check.js";
import { difference } from "./edits.js";
import { drawLayout, toMap } from "./ground.js";
import { drawWithKeys, SHORTCUTS } from "./keys.js";
import { chosen, list, rules, tools } from "./parts.js";
import { drawWithPointer } from "./pointer.js";
import { forget, keptOf, openSession } from "./session.js";
import { fromServer } from "./shapes.js";
import { LAYOUT_TEXTS } from "./texts.js";

addTexts(LAYOUT_TEXTS);

const CLOSE = 20; // zoom at which a pit of 10 m can be drawn
const CLOSEST = 18; // zoom to which a feature is brought
const DIMMED = 0.25; // what the register draws, under a layout
let close = null;

/** Close the drawing that is open; what was not saved stays in the browser until it is discarded. */
export const closeLayout = () => close?.();

function showShortcuts() {
  const lines = SHORTCUTS.flatMap(([keys, does]) => [el("dt", {}, el("kbd", {}, keys)), el("dd", {}, t(does))]);
  const dialog = el("dialog", { class: "wide", "aria-labelledby": "layout-keys", close: () => dialog.remove() },
    el("form", { method: "dialog" }, el("h2", { id: "layout-keys" }, t("shortcuts")), el("p", { class: "quiet" }, t("layoutKeysWhere")),
      el("dl", { class: "facts" }, lines), el("div", { class: "actions" }, el("button", { class: "primary" }, t("close")))));
  document.body.append(dialog);
  dialog.showModal();
}

/**
 * Open the drawing of an area.
 *
 * `area` is its title's number, `heading()` its name, `ground` its GeoJSON geometry, `portions` the
 * { geometry, label } of cooperatives in it, `kinds` what may be drawn, `onDay` the day of the rules,
 * `start` the newest version { features (of the server), version } (0 for none); `left()` follows.
 */
export function openLayout({ area, heading, ground, portions, kinds, onDay, start, left }) {
  closeLayout();
  stylesheet("layout");
  const map = mapItself();
  const kept = keptOf(area);
  const saved = { features: start.features.map(fromServer), version: start.version };
  const session = openSession({
    area, features: kept?.features ?? saved.features, history: kept?.history, version: kept?.version ?? saved.version,
    tool: { kind: kinds[0].code, shape: kinds[0].drawn_as[0] },
  });
  const { now } = session;
  const view = { rules: { state: "none", answer: null }, saved: kept ? null : now.features, fault: null, theirs: null };
  const drawn = drawLayout(map);
  const boxes = Object.fromEntries(["tools", "chosen", "rules", "list", "saving"].map((name) => [name, el("div", { "data-part": name })]));

  const bring = (geometry) => map.getView().fit(toMap(geometry).getExtent(), { padding: paddingOf(), maxZoom: CLOSEST });

  function paddingOf() {
    if (isNarrow()) return [30, 30, byId("panel").offsetHeight + 30, 30];
    return [50, byId("legend").hidden ? 60 : 350, 70, byId("panel").offsetWidth + 40];
  }

  function showIssue({ place, features }) {
    const feature = now.features.find(({ id }) => id === features[0]);
    if (feature) session.set({ selected: feature.id, drawing: false, sketch: [] });
    if (feature) bring(feature.geometry);
    drawn.fault(place);
  }

  const parts = {
    tools: () => tools(session, kinds, { help: showShortcuts, whole: () => bring(ground) }),
    chosen: () => chosen(session, kinds),
    rules: () => rules(view.rules, showIssue),
    list: () => list(session, kinds, ({ geometry }) => bring(geometry)),
    saving,
  };

  /** Draw parts of the panel anew; the keyboard stays where it was. */
  function draw(...names) {
    const focus = { ...document.activeElement?.dataset };
    const within = document.activeElement?.closest("[data-part]")?.dataset.part;
    for (const name of names) boxes[name].replaceChildren(...[parts[name]()].filter(Boolean));
    if (!names.includes(within)) return;
    const [key, value] = Object.entries(focus).find(([known]) => ["do", "field", "feature", "shape"].includes(known)) ?? [];
    const again = key && boxes[within].querySelector(`[data-${key}="${CSS.escape(value)}"]:not(:disabled)`);
    (again || byId("panel")).focus({ preventScroll: true });
  }

  function drawAll() {
    openPanel(plainHeading(heading()), Object.values(boxes), drawAll);
    draw(...Object.keys(parts));
  }

  function saving() {
    const clean = now.features === view.saved;
    return el("div", { class: "saving" },
      view.fault && el("p", { class: "fault", role: "alert" }, view.fault()),
      view.theirs && meanwhile(),
      el("p", { class: "quiet", role: "status" }, t(!clean ? "layoutUnsaved" : now.version ? "layoutSaved" : "layoutNoVersion", { n: number(now.version) })),
      el("div", { class: "actions left" },
        el("button", { type: "button", class: "primary", "data-do": "save", disabled: clean || !now.features.length, click: save }, t("layoutSave")),
        el("button", { type: "button", class: "plain", "data-do": "discard", click: leave }, t(clean ? "close" : "layoutLeave"))));
  }

  async function save() {
    const { features, version } = now;
    view.fault = view.theirs = null;
    try {
      const made = await postForm(`/operation/${area}/layouts`, formOf(features, onDay, { expected_version: version }));
      now.version = made.version;
      view.saved = features;
      if (now.features === features) forget(area);
      announce(t("layoutKept", { n: number(made.version) }));
    } catch (error) {
      if (error.status === undefined) throw error;
      if (error.code === "file_changed") await readTheirs();
      else view.fault = () => [sentenceOf(error), error.detail].filter(Boolean).join(" ");
    }
    draw("saving");
  }

  async function readTheirs() {
    try {
      const newest = (await get(`/operation/${area}`)).layouts.reduce((a, b) => (a.version > b.version ? a : b));
      const { features } = await get(`/operation/${area}/layouts/${newest.id}`);
      view.theirs = { features: features.map(fromServer), version: newest.version };
    } catch (error) {
      if (error.status === undefined) throw error;
      view.fault = () => sentenceOf(error);
    }
  }

  function meanwhile() {
    const { theirs } = view;
    const { added, removed, changed } = difference(now.features, theirs.features);
    const take = () => {
      view.theirs = null;
      now.version = theirs.version;
      drawn.theirs([]);
      session.change(t("layoutTaken"), now.features, theirs.features);
      view.saved = now.features;
      draw("saving");
    };
    const mine = () => {
      now.version = theirs.version;
      drawn.theirs([]);
      return save();
    };
    return el("div", { class: "meanwhile", role: "alert" }, el("p", {}, t("layoutMeanwhile", { n: number(theirs.version) })),
      el("p", {}, t("layoutDiffers", { added: number(added), removed: number(removed), changed: number(changed) })),
      el("div", { class: "actions left" },
        el("button", { type: "button", class: "plain", "data-do": "show-theirs", click: () => drawn.theirs(theirs.features) }, t("layoutShowTheirs")),
        el("button", { type: "button", class: "plain", "data-do": "take-theirs", click: take }, t("layoutTakeTheirs")),
        el("button", { type: "button", class: "plain", "data-do": "keep-mine", click: mine }, t("layoutKeepMine"))));
  }

  function leave() {
    if (now.features === view.saved) return finish();
    const dialog = el("dialog", { "aria-labelledby": "leave-title", close: () => {
      dialog.remove();
      if (dialog.returnValue === "discard") forget(area);
      if (["discard", "later"].includes(dialog.returnValue)) finish();
    } }, el("form", { method: "dialog" }, el("h2", { id: "leave-title" }, t("layoutLeaveTitle")), el("p", {}, t("layoutLeaveWhat")), el("div", { class: "actions" },
      el("button", { class: "plain", value: "discard", "data-do": "discard-drawing" }, t("layoutDiscard")),
      el("button", { class: "plain", value: "later" }, t("layoutLater")), el("button", { class: "primary", value: "on" }, t("layoutGoOn")))));
    document.body.append(dialog);
    return dialog.showModal();
  }

  const finish = () => {
    close();
    left();
  };

  function show(what) {
    drawn.sketch(now.sketch, null, now.shape);
    if (what !== "sketch") {
      drawn.features(now.features, now.selected);
      drawn.fault(null);
    }
    byId("map").classList.toggle("placing", now.drawing);
    if (what === "features") draw("tools", "chosen", "list", "saving");
    else if (what === "form") draw("tools", "list", "saving");
    else if (what === "sketch") draw("tools");
    else draw("tools", "chosen", "list");
  }

  const say = (key, [lon, lat] = []) => announce(t(key, { lon: number(lon, 6), lat: number(lat, 6), n: number(now.features.length), points: number(now.sketch.length) }));
  const mostZoom = map.getView().getMaxZoom();
  map.getView().setMaxZoom(CLOSE);
  const resume = pauseInspecting();
  const bright = tileLayersOf().map((layer) => [layer, layer.getOpacity()]);
  bright.forEach(([layer, opacity]) => layer.setOpacity(opacity * DIMMED));
  const release = holdPanel(drawAll);
  const words = (key) => t(key);
  const ends = [
    drawWithPointer(map, session, drawn, words),
    drawWithKeys(byId("map"), map, session, { words, say, help: showShortcuts }),
    session.on(show),
    checkWhileDrawing(session, onDay, (next) => {
      view.rules = next;
      draw("rules");
    }),
    onLanguage(() => byId("map").setAttribute("aria-label", t("layoutMap"))),
  ];
  byId("session-button").addEventListener("click", closeLayout); // whoever signs out leaves; the drawing is kept
  byId("map").setAttribute("aria-label", t("layoutMap"));
  drawn.under(ground, portions);
  drawn.features(now.features, null);
  close = () => {
    close = null;
    ends.forEach((end) => end());
    byId("session-button").removeEventListener("click", closeLayout);
    drawn.remove();
    bright.forEach(([layer, opacity]) => layer.setOpacity(opacity));
    release();
    resume();
    map.getView().setMaxZoom(mostZoom);
    byId("map").classList.remove("placing");
    byId("map").setAttribute("aria-label", t("mapLabel"));
  };
  drawAll();
  bring(ground);
  if (kept) announce(t("layoutResumed"));
}
