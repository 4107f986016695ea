// A title's history: what changed, from which day of the law, and when the register learnt it.

import "./texts.js";

import { get } from "../api.js";
import { el } from "../dom.js";
import { day, number, pick, t } from "../i18n.js";
import { stateOf } from "../style.js";

/** Ask for everything that the reader may know of it. */
export const load = (title) => get(`/titles/${title.id}/history`);

const namesOf = (side) => (side.holders.length ? side.holders.map((name) => name ?? t("withheld")).join(", ") : t("noHolder"));

/** Return what was and what is, where the two differ. */
function from(before, after, textOf) {
  if (!before || !after) return null;
  const [was, is] = [textOf(before), textOf(after)];
  return was === is ? null : `${was} → ${is}`;
}

const recordedOn = (instant) => day(new Intl.DateTimeFormat("en-CA", { timeZone: "Africa/Kinshasa" }).format(new Date(instant)));

function figures(event) {
  const { before, after } = event;
  return [
    [event.cells_gained && t("historyGained", { n: number(event.cells_gained) }), event.cells_lost && t("historyLost", { n: number(event.cells_lost) })].filter(Boolean).join(", "),
    from(before, after, (side) => pick(stateOf(side.state).label)),
    from(before, after, namesOf),
    from(before, after, (side) => day(side.expires_on) || t("unknownDate")),
    !before && after && namesOf(after),
  ].filter(Boolean);
}

function row(event) {
  const days = [t("historySince", { day: day(event.since) }), event.until && t("historyUntil", { day: day(event.until) })].filter(Boolean).join(", ");
  const acts = event.acts.map((act) => `${act.reference} (${day(act.on_day)})`);
  return el("li", { "data-event": event.what.join(" ") },
    el("strong", {}, event.words.map(pick).join(", ")),
    el("p", {}, days),
    figures(event).map((text) => el("p", {}, text)),
    acts.map((text) => el("p", {}, text)),
    el("p", { class: "quiet" }, [t("historyRecorded", { day: recordedOn(event.recorded_at) }), event.source && t("sourceRow", event.source)].filter(Boolean).join(" · ")));
}

/** Return the part's nodes. */
export function draw(answer) {
  if (answer.events.length === 0) return [el("p", { class: "empty" }, t("historyNone"))];
  return [
    el("p", { class: "quiet" }, t("historyClocks")),
    el("ol", { class: "events" }, answer.events.map(row)),
    !answer.acts_shown && el("p", { class: "quiet" }, t("historyWithheld")),
  ];
}
