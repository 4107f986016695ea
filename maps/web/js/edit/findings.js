// What the law says of a draft, as a list; each finding can show its carrés on the map.

import { el } from "../dom.js";
import { day, number, pick, t } from "../i18n.js";
import { verdictSign } from "../patterns.js";
import { confidenceLabel, verdictOf } from "../style.js";

const AGAINST = new Set(["block", "queue", "no_legal_basis"]);
const FINE = new Set(["allow", "not_applicable", "settled"]);

const sortOf = (one) => (AGAINST.has(one.settled) ? "against" : FINE.has(one.settled) ? "fine" : "open");

function line(finding, show) {
  const verdict = verdictOf(finding.settled);
  const confidence = confidenceLabel(finding.confidence);
  return el("li", { class: "finding", "data-code": finding.code },
    el("div", { class: "verdict" }, verdictSign(verdict), pick(verdict.label)),
    el("p", {}, pick(finding.message)),
    el("p", { class: "quiet" }, [finding.article, confidence && t("confidence", { label: confidence })].filter(Boolean).join(" · ")),
    finding.cells ? el("button", { type: "button", class: "plain small", click: () => show(finding.runs) },
      `${t("findingShow")} · ${t("findingCells", { n: number(finding.cells) })}`) : null);
}

function section(title, list, show, open) {
  if (!list.length) return null;
  return el("details", { open }, el("summary", {}, t(title, { n: number(list.length) })),
    el("ul", { class: "findings" }, list.map((finding) => line(finding, show))));
}

const STATES = { none: "checkNone", checking: "checking", stale: "checkStale" };

/** Return the answer of the check; `show(runs)` draws the carrés that a finding is about. */
export function findingsOf({ state, answer, error }, show, words) {
  const said = STATES[state] ? t(STATES[state]) : error ? words(error) : answer ? t("checkedOn", { day: day(answer.rules_on) }) : "";
  const by = (sort) => (answer?.findings ?? []).filter((one) => sortOf(one) === sort);
  return el("section", { class: "law", "data-check": state, "aria-busy": String(state === "checking") },
    el("h3", {}, t("law")),
    el("p", { class: state === "stale" || error ? "fault" : "quiet", role: "status" }, said),
    answer && el("div", { class: state === "fresh" ? "" : "dated" },
      section("findingsAgainst", by("against"), show, true),
      section("findingsOpen", by("open"), show, by("against").length === 0),
      section("findingsFine", by("fine"), show, false),
      answer.findings.length === 0 && el("p", { class: "empty" }, t("noFindings"))));
}
