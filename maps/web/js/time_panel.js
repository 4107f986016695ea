// The slider over legal time, the switch "as known on", and what changed between two days.

import { get } from "./api.js";
import { openTitle } from "./card.js";
import { byId, el } from "./dom.js";
import { addTexts, day, number, onLanguage, pick, t } from "./i18n.js";
import { announce, sentenceOf } from "./notice.js";
import { focusPanel, openFault, openPanel, plainHeading } from "./panel.js";
import { kindBadge } from "./patterns.js";
import { nameOf } from "./rows.js";
import { isElsewhen, onTime, showTime, whenShown } from "./time.js";

const TEXTS = {
  fr: {
    timeTitle: "Temps",
    today: "Aujourd’hui",
    shownDay: "Jour du droit",
    slide: "Mois montré",
    knownAs: "Tel que connu au soir du",
    knownWhy: "Laissez vide pour ce que l’on sait aujourd’hui. Le registre a été enregistré à partir du {day}.",
    backToday: "Revenir à aujourd’hui",
    thenShown: "Situation au {day}",
    thenKnown: "telle que connue le {day}",
    overlapsOfAudit: "Les superpositions sont celles du dernier contrôle : elles ne sont pas montrées pour un autre jour.",
    changesTitle: "Ce qui a changé",
    changesFrom: "Entre le",
    changesTo: "et le",
    changesShow: "Montrer",
    changesNone: "Rien n’a changé entre ces deux jours.",
    changesCount: "{n} titres ont changé",
    changesGained: "+{n} carrés",
    changesLost: "−{n} carrés",
    changesOrder: "Le second jour doit venir après le premier.",
    changesMore: "{n} autres ne sont pas dans la liste.",
    noTime: "Le registre est vide.",
  },
  en: {
    timeTitle: "Time",
    today: "Today",
    shownDay: "Legal day",
    slide: "Month shown",
    knownAs: "As known on the evening of",
    knownWhy: "Leave empty for what is known today. The register was recorded from {day} on.",
    backToday: "Back to today",
    thenShown: "As of {day}",
    thenKnown: "as known on {day}",
    overlapsOfAudit: "Overlaps are those of the latest audit: they are not shown for another day.",
    changesTitle: "What changed",
    changesFrom: "Between",
    changesTo: "and",
    changesShow: "Show",
    changesNone: "Nothing changed between these two days.",
    changesCount: "{n} titles changed",
    changesGained: "+{n} cells",
    changesLost: "−{n} cells",
    changesOrder: "The second day must come after the first.",
    changesMore: "{n} more are not in the list.",
    noTime: "The register is empty.",
  },
};
addTexts(TEXTS);

const SHOWN = 300;
const PAUSE_MS = 180;

/** Return the text of the day that is shown, for the button and the footer. */
export function thenText() {
  const { on, known } = whenShown();
  if (!isElsewhen()) return t("today");
  return [on ? t("thenShown", { day: day(on) }) : t("today"), known && t("thenKnown", { day: day(known) })].filter(Boolean).join(", ");
}

function label() {
  byId("time-label").textContent = thenText();
  byId("time-button").classList.toggle("elsewhen", isElsewhen());
}

const monthsOf = (text) => Number(text.slice(0, 4)) * 12 + Number(text.slice(5, 7)) - 1;
const dayOf = (months) => `${String(Math.floor(months / 12)).padStart(4, "0")}-${String((months % 12) + 1).padStart(2, "0")}-01`;

function slider(span, view, draw) {
  const [low, high] = [monthsOf(span.first_day), monthsOf(span.today) + 1];
  const at = whenShown().on ? monthsOf(whenShown().on) : high;
  let timer = null;
  const range = el("input", { type: "range", id: "time-slider", min: low, max: high, step: 1, "aria-label": t("slide"), "aria-valuetext": thenText() });
  range.value = at;
  range.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      showTime({ on: Number(range.value) >= high ? null : dayOf(Number(range.value)) });
      range.setAttribute("aria-valuetext", thenText());
      announce(thenText());
      draw(false);
    }, PAUSE_MS);
  });
  return range;
}

function dated(id, label_, value, changed, more = {}) {
  const input = el("input", { type: "date", id, ...more, change: (event) => changed(event.target.value || null) });
  input.value = value ?? "";
  return [el("label", { for: id }, t(label_)), input];
}

function changeRow(change) {
  const sub = [change.words.map(pick).join(", "), change.gained.cells ? t("changesGained", { n: number(change.gained.cells) }) : "", change.lost.cells ? t("changesLost", { n: number(change.lost.cells) }) : ""];
  const open = () => openTitle(change.title_id);
  return el("li", {}, el("button", { type: "button", class: "row", "data-change": change.what.join(" "), click: open },
    kindBadge(change.kind, change.state_after ?? change.state_before ?? "unknown"), el("strong", {}, nameOf(change)), el("span", {}),
    el("span", { class: "sub" }, sub.filter(Boolean).join(" · "))));
}

function changesSection(view, draw) {
  const show = async (event) => {
    event.preventDefault();
    view.fault = null;
    if (!view.first || !view.second || view.second <= view.first) view.fault = () => t("changesOrder");
    else {
      try {
        view.changes = await get("/changes", { first: view.first, second: view.second, as_known_on: whenShown().known, limit: SHOWN });
      } catch (error) {
        if (error.status === undefined) throw error;
        view.fault = () => sentenceOf(error);
      }
    }
    draw(false);
  };
  const { changes } = view;
  return el("section", {}, el("h3", {}, t("changesTitle")),
    el("form", { class: "form two", submit: show },
      el("div", {}, dated("changes-first", "changesFrom", view.first, (value) => { view.first = value; }, { required: true })),
      el("div", {}, dated("changes-second", "changesTo", view.second, (value) => { view.second = value; }, { required: true })),
      el("button", { class: "primary", "data-do": "changes" }, t("changesShow"))),
    view.fault && el("p", { class: "fault", role: "alert" }, view.fault()),
    changes && (changes.total === 0 ? el("p", { class: "empty" }, t("changesNone")) : el("div", {},
      el("p", { class: "quiet", role: "status" }, t("changesCount", { n: number(changes.total) })),
      el("ul", { class: "rows" }, changes.items.map(changeRow)),
      changes.total > changes.items.length && el("p", { class: "quiet" }, t("changesMore", { n: number(changes.total - changes.items.length) })))));
}

/** Open the panel of time. */
export async function openTime() {
  try {
    const span = await get("/time");
    if (!span.first_day) {
      openPanel(plainHeading(t("timeTitle")), [el("p", { class: "empty" }, t("noTime"))], openTime);
      return;
    }
    const view = { first: span.first_day, second: span.today, changes: null, fault: null };
    const draw = (whole = true) => {
      const focused = document.activeElement?.id;
      openPanel(plainHeading(t("timeTitle")), [
        el("p", { class: "then", role: "status" }, thenText()),
        el("section", { class: "form" }, slider(span, view, draw),
          dated("time-day", "shownDay", whenShown().on ?? span.today, (value) => { showTime({ on: value === span.today ? null : value }); draw(); }, { min: span.first_day, max: span.today }),
          dated("time-known", "knownAs", whenShown().known, (value) => { showTime({ known: value }); draw(); }, { max: span.today }),
          el("p", { class: "quiet" }, t("knownWhy", { day: day(span.first_recorded.slice(0, 10)) })),
          isElsewhen() && el("p", { class: "quiet" }, t("overlapsOfAudit")),
          isElsewhen() && el("button", { type: "button", class: "plain", "data-do": "today", click: () => { showTime({ on: null, known: null }); draw(); } }, t("backToday"))),
        changesSection(view, draw),
      ], draw);
      if (focused) byId(focused)?.focus({ preventScroll: true });
      else if (whole) focusPanel();
    };
    draw();
  } catch (error) {
    if (error.status === undefined) throw error;
    openFault(error);
  }
}

/** Keep the button's words true. */
export function startTime() {
  label();
  onTime(label);
  onLanguage(label);
}
