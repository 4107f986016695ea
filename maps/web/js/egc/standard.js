// The level of an area by standard, its history, and recording an assessment.

import { post } from "../api.js";
import { el } from "../dom.js";
import { day, number, pick, t } from "../i18n.js";
import { askInDialog } from "./form.js";
import { keeps } from "./roles.js";

const EFFECTS = { stop: "effectStop", suspend: "effectSuspend", improve: "effectImprove", none: "effectNone", not_assessed: "effectNotAssessed" };

function levelOf(words, level) {
  return words.levels.find((one) => one.level === level);
}

const effectText = ({ effect, article }) => [t(EFFECTS[effect] ?? "effectUnknown"), article].filter(Boolean).join(" · ");

function standing(area, name) {
  const level = area.record.levels[name];
  const word = levelOf(area.words, level);
  const made = area.record.standards.filter(({ standard }) => standard === name).sort((a, b) => b.on_day.localeCompare(a.on_day) || b.id - a.id);
  const fell = level < made[0].level && t("levelFell", { n: number(made[0].level) });
  const line = (one) => el("li", {}, `${day(one.on_day)} · ${t("levelN", { n: number(one.level) })} (${pick(levelOf(area.words, one.level).label)}) · ${one.assessor}`, one.summary ? ` : ${one.summary}` : "");
  return el("li", { class: "line", "data-standard": name },
    el("div", { class: "levels" }, el("span", { class: "level", "aria-hidden": "true" }, number(level)), el("strong", {}, name), el("span", {}, `${t("levelN", { n: number(level) })} : ${pick(word.label)}`)),
    el("p", { class: "quiet" }, effectText(word)), fell && el("p", {}, fell),
    el("details", {}, el("summary", {}, t("assessments", { n: number(made.length) })), el("ul", { class: "papers" }, made.map(line))));
}

function record(area, again) {
  askInDialog({
    title: t("recordLevel"),
    note: t("recordLevelWhy"),
    fields: [
      { name: "standard", label: t("standard"), required: true, maxlength: 300 },
      { name: "level", label: t("level"), required: true, choices: [["", t("chooseLevel")], ...area.words.levels.map((one) => [one.level, `${one.level} · ${pick(one.label)}`])] },
      { name: "on_day", label: t("assessedOn"), type: "date", required: true, max: area.record.on },
      { name: "assessor", label: t("assessor"), required: true, maxlength: 300 },
      { name: "summary", label: t("assessmentSummary"), type: "area", maxlength: 4000 },
    ],
    go: t("record"),
    send: ({ summary, level, ...values }) => post(`/operation/${area.id}/standards`, { ...values, level: Number(level), summary: summary.trim() || null }),
    done: again,
  });
}

/** Return the section of standards. */
export function standardSection(area, again) {
  const names = Object.keys(area.record.levels);
  return el("section", { class: "egc-section" }, el("h3", {}, t("standards")),
    names.length ? el("ul", { class: "rows" }, names.map((name) => standing(area, name))) : el("p", { class: "empty" }, t("noStandard")),
    keeps() && el("div", { class: "actions left" }, el("button", { type: "button", class: "plain", "data-do": "record-level", click: () => record(area, again) }, t("recordLevel"))));
}
