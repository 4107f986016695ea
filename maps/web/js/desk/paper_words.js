// What the screens of paper filings share: the two times of the country, the mark, why something was refused.

import { el } from "../dom.js";
import { current, t } from "../i18n.js";
import { sentenceOf } from "../notice.js";
import "./paper_texts.js";

/** The two times of the country: offset, key of the words. No summer time in either. */
export const ZONES = { west: ["+01:00", "paperWest"], east: ["+02:00", "paperEast"] };

/** Return the instant of a day and an hour in one of the two times, with its offset; null where one is missing. */
export const instantOf = ({ day, hour, zone }) => (day && hour && zone ? `${day}T${hour.slice(0, 5)}:00${ZONES[zone][0]}` : null);

const locale = () => (current() === "fr" ? "fr-FR" : "en-GB");

/** Return an instant in both times. */
export function bothTimes(text) {
  const at = new Date(text);
  const west = new Intl.DateTimeFormat(locale(), { dateStyle: "long", timeStyle: "short", timeZone: "Africa/Kinshasa" }).format(at);
  const east = new Intl.DateTimeFormat(locale(), { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", timeZone: "Africa/Lubumbashi" }).format(at);
  return t("paperBoth", { west, east });
}

/** Return why the server refused, in its own words. */
export const whyRefused = (error) => [sentenceOf(error), error.detail].filter(Boolean).join(" ");

/** Return the step by which a paper was entered last. */
export const entryOf = (file) => file.history.filter((step) => step.action === "enter_paper").at(-1) ?? null;

/** Return the mark that a file bears for good: both instants, and by whom it was entered. */
export function paperMark(file) {
  const entry = entryOf(file);
  const entered = entry && t("paperEnteredBy", { when: bothTimes(entry.at), who: entry.actor ?? "—" });
  return el("div", { class: "paper-mark", "data-paper": "mark" }, el("strong", {}, t("paperMark")),
    el("dl", {}, el("dt", {}, t("paperReceived")), el("dd", { "data-paper": "received" }, bothTimes(file.paper_received_at)),
      entered && [el("dt", {}, t("paperEntered")), el("dd", { "data-paper": "entered" }, entered)]));
}

/** Return a place where a refusal is said, and what says it there. */
export function faultPlace() {
  const node = el("p", { class: "fault", role: "alert", hidden: true });
  const say = (words) => {
    node.textContent = words ?? "";
    node.hidden = !words;
  };
  return [node, say];
}
