// Long lists, a page at a time: every overlap by verdict, and the issues of the imports.

import { get } from "./api.js";
import { openTitle } from "./card.js";
import { el } from "./dom.js";
import { number, pick, t } from "./i18n.js";
import { focusPanel, openFault, openLoading, openPanel, plainHeading } from "./panel.js";
import { verdictSign } from "./patterns.js";
import { kindAndName, overlapAmount } from "./rows.js";
import { verdictOf, verdicts } from "./style.js";

const PAGE = 50;

/** Fetch pages of a list and keep them; `draw` is called after each. */
class Pages {
  constructor(path, query, draw) {
    Object.assign(this, { path, query, draw, items: [], total: null });
  }

  async next() {
    try {
      const answer = await get(this.path, { ...this.query, limit: PAGE, offset: this.items.length });
      this.items.push(...answer.items);
      this.total = answer.total;
      this.draw(this);
    } catch (error) {
      if (error.status === undefined) throw error;
      openFault(error);
    }
  }

  foot() {
    const shown = t("listed", { shown: number(this.items.length), total: number(this.total) });
    const more = this.items.length < this.total;
    return el("div", {}, el("p", { class: "quiet" }, shown),
      more && el("button", { type: "button", class: "plain more", click: () => this.next() }, t("more")));
  }
}

function verdictFilter(chosen) {
  const choices = [["", t("allVerdicts")], ...verdicts().map((verdict) => [verdict.code, pick(verdict.label)])];
  const options = choices.map(([value, text]) => el("option", { value, selected: value === chosen }, text));
  return el("select", { class: "filter", "aria-label": t("verdictFilter"), change: (event) => openOverlaps(event.target.value) }, options);
}

function overlapRow(overlap) {
  const { a, b } = overlap;
  const verdict = verdictOf(overlap.verdict);
  return el("li", {}, el("button", { type: "button", class: "row", click: () => openTitle(a.id) },
    verdictSign(verdict), el("strong", {}, `${kindAndName(a)} × ${kindAndName(b)}`),
    el("span", { class: "amount" }, overlapAmount(overlap)), el("span", { class: "sub" }, pick(verdict.label))));
}

/** Open the list of overlaps, of one verdict or of all. */
export function openOverlaps(verdict = "") {
  const draw = (pages) => {
    const rows = el("ul", { class: "rows" }, pages.items.map(overlapRow));
    const body = pages.total === 0 ? el("p", { class: "empty" }, t("noneListed")) : rows;
    openPanel(plainHeading(t("overlaps")), [verdictFilter(verdict), body, pages.foot()], () => draw(pages));
  };
  openLoading(() => openOverlaps(verdict));
  focusPanel();
  return new Pages("/overlaps", { verdict }, draw).next();
}

function issueRow(issue) {
  const place = issue.row == null ? t("issueFile", issue) : t("issueAt", issue);
  const value = [pick(issue.field_label), issue.value].filter(Boolean).join(t("colon"));
  return el("li", { class: "issue" }, el("p", { class: "meaning" }, pick(issue.meaning)), value && el("p", {}, value),
    el("p", { class: "quiet" }, `${place} · ${t("correctedBy", { who: pick(issue.corrector) })}`),
    el("details", { class: "quiet" }, el("summary", {}, t("detail")), el("p", { lang: "en" }, issue.message)));
}

/** Open the list of import issues (officers only; the server decides). */
export function openIssues() {
  const draw = (pages) => {
    const rows = el("ul", { class: "rows" }, pages.items.map(issueRow));
    const body = pages.total === 0 ? el("p", { class: "empty" }, t("noIssues")) : rows;
    openPanel(plainHeading(t("importIssues")), [body, pages.foot()], () => draw(pages));
  };
  openLoading(openIssues);
  focusPanel();
  return new Pages("/issues", {}, draw).next();
}
