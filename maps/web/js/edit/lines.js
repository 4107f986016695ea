// Vertices as a table, one a line: each can be corrected alone; a fault is named on its line and marked on the map.

import { post } from "../api.js";
import { el } from "../dom.js";
import { current, number, t } from "../i18n.js";
import { dms } from "../grid.js";
import { goTo } from "../map.js";
import { announce } from "../notice.js";
import { groundOf } from "./ground.js";

const MARGIN = 0.004; // degrees around a fault that is brought into view
const METRES = [["EPSG:32733", "33S"], ["EPSG:32734", "34S"], ["EPSG:32735", "35S"], ["EPSG:32736", "36S"], ["EPSG:32633", "33N"], ["EPSG:32634", "34N"], ["EPSG:32635", "35N"], ["EPSG:32636", "36N"]];

/** Return the choice of what coordinates are in; `value` is null for degrees. */
export function crsChoice(value, changed) {
  const select = el("select", { "data-field": "crs", id: "lines-crs", change: () => changed(select.value || null) },
    el("option", { value: "" }, t("crsDegrees")), METRES.map(([code, zone]) => el("option", { value: code }, t("crsMetres", { zone }))));
  select.value = value ?? "";
  return el("div", { class: "form" }, el("label", { for: "lines-crs" }, t("crsLabel")), select);
}

/** Say a fault in the reader's language. */
export function faultSaid({ code, lines }) {
  const [first, second] = lines;
  return t(`fault_${code}`, { n: number(first ?? 0), m: number(second ?? 0) });
}

const boxOf = (places) => {
  const [lons, lats] = [places.map(([lon]) => lon), places.map(([, lat]) => lat)];
  return [Math.min(...lons) - MARGIN, Math.min(...lats) - MARGIN, Math.max(...lons) + MARGIN, Math.max(...lats) + MARGIN];
};

/**
 * Return what reads lines { texts, crs } and puts them into the session as one edit. `state` keeps
 * the places and faults that were answered for them; `told(shape)` says what the carrés differ in.
 */
export function lineReader(session, ground, state, { told, failed, shown }) {
  function mark(answer) {
    ground.faults(answer.faults, answer.faults.length ? answer.places.filter(Boolean) : []);
    const located = answer.faults.filter(({ at }) => at).map(({ at }) => at);
    if (located.length) goTo(boxOf([...located, ...answer.places.filter(Boolean)]));
  }

  function focusOn(fault) {
    const line = fault.lines[0] ?? 1;
    document.querySelector(`[data-field="line-${line}"]`)?.focus();
    announce(faultSaid(fault));
  }

  return async function take(lines, label) {
    const frozen = Object.isFrozen(lines) ? lines : Object.freeze({ texts: lines.texts, crs: lines.crs }); // read anew after an undo, it is no edit
    state.reading = frozen;
    try {
      const answer = await post("/drawing/lines", { lines: frozen.texts, crs: frozen.crs });
      if (state.reading !== frozen) return;
      Object.assign(state, { of: frozen, answer });
      session.change(label, answer.shape ? { lines: frozen, cells: groundOf(answer.shape.runs) } : { lines: frozen });
      told(answer.shape);
      mark(answer);
      shown();
      if (answer.faults.length) focusOn(answer.faults[0]);
    } catch (error) {
      if (error.status === undefined) throw error;
      session.change(label, { lines: frozen });
      failed(error);
    }
  };
}

/** Return the table of the lines of the draft; `take` is what reads them anew. */
export function linesTable(lines, state, take) {
  const answer = state.of === lines ? state.answer : null;
  const faults = answer?.faults ?? [];
  const put = (texts, label) => take({ texts, crs: lines.crs }, t(label, { n: number(0) }));
  const row = (text, at) => {
    const mine = faults.filter((fault) => fault.lines.includes(at + 1));
    const input = el("input", { type: "text", maxlength: 300, spellcheck: false, autocomplete: "off", "data-field": `line-${at + 1}`,
      "aria-label": t("lineOf", { n: number(at + 1) }), "aria-invalid": String(mine.length > 0), "aria-describedby": `line-${at + 1}-said` });
    input.value = text;
    input.addEventListener("change", () => take({ texts: lines.texts.with(at, input.value), crs: lines.crs }, t("editLine", { n: number(at + 1) })));
    const place = answer?.places[at];
    const said = mine.length ? mine.map((fault) => el("p", { class: "fault" }, faultSaid(fault))) : place && el("p", { class: "quiet" }, dms(place, current()));
    return el("tr", { class: mine.length ? "faulty" : "" }, el("th", { scope: "row" }, number(at + 1)),
      el("td", {}, input, el("div", { id: `line-${at + 1}-said` }, said)),
      el("td", {},
        el("button", { type: "button", class: "plain small", "data-do": `insert-${at + 1}`, "aria-label": t("lineAfter", { n: number(at + 1) }), title: t("lineAfter", { n: number(at + 1) }), click: () => put(lines.texts.toSpliced(at + 1, 0, ""), "editLineNew") }, "+"),
        el("button", { type: "button", class: "plain small", "data-do": `drop-${at + 1}`, "aria-label": t("lineDrop", { n: number(at + 1) }), title: t("lineDrop", { n: number(at + 1) }), disabled: lines.texts.length < 2, click: () => put(lines.texts.toSpliced(at, 1), "editLineGone") }, "−")));
  };
  const whole = faults.filter((fault) => !fault.lines.length).map((fault) => el("p", { class: "fault" }, faultSaid(fault)));
  return el("div", {}, faults.length > 0 && el("p", { class: "fault", role: "alert" }, t("linesFaulty", { n: number(faults.length) })), whole,
    el("table", { class: "lines" }, el("caption", {}, t("linesTitle", { n: number(lines.texts.length) })), el("tbody", {}, lines.texts.map(row))));
}
