// What an area declared in a year: a chart by month and mineral, and the table that says the same.

import { get } from "../api.js";
import { el } from "../dom.js";
import { current, number, pick, t } from "../i18n.js";
import { announce, sentenceOf } from "../notice.js";

const YEARS = 6;
const DIGITS = 4;

const monthName = (month) => new Intl.DateTimeFormat(current() === "fr" ? "fr-FR" : "en-GB", { month: "long", timeZone: "UTC" }).format(Date.UTC(2000, month, 1));

const lotsOf = (declarations, month) => declarations.filter((one) => one.month === month).flatMap(({ lots }) => lots);

function table(area, { months, year }) {
  const minerals = [...new Set(months.map(({ substance }) => substance))].sort();
  const today = area.record.on;
  const begun = Array.from({ length: 12 }, (_, index) => `${year}-${String(index + 1).padStart(2, "0")}-01`).filter((month) => month <= today);
  const cell = (month, substance) => {
    const one = months.find((total) => total.month === month && total.substance === substance);
    return one ? el("td", { class: "num" }, number(one.tonnes, DIGITS)) : el("td", { class: "num none" }, t("notStated"));
  };
  const lots = (month) => {
    const found = lotsOf(area.record.declarations, month);
    return el("td", { class: found.length ? "" : "none" }, found.length ? found.join(", ") : t("notStated"));
  };
  const row = (month, index) => el("tr", {}, el("th", { scope: "row" }, monthName(index)), minerals.map((substance) => cell(month, substance)), !minerals.length && el("td", { class: "none" }, t("notStated")), lots(month));
  return el("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": t("productionTable", { year }) }, el("table", { class: "compare" }, el("caption", {}, t("productionTable", { year })),
    el("thead", {}, el("tr", {}, el("th", { scope: "col" }, t("month")), minerals.map((one) => el("th", { scope: "col" }, t("tonnesOf", { mineral: one }))), !minerals.length && el("th", { scope: "col" }, t("tonnes")), el("th", { scope: "col" }, t("lots")))),
    el("tbody", {}, begun.map(row))));
}

function shareText({ percent, reason, declared_t: declared, national_t: national }) {
  if (percent == null) return t("shareOpen", { why: pick(reason) });
  return t("shareOf", { n: number(percent, 2), declared: number(declared, DIGITS), national: number(national, DIGITS) });
}

function figure(area, year) {
  const src = `/api/v1/operation/${area.id}/production/${year}/chart.svg?lang=${current()}`;
  return el("figure", { class: "chart" }, el("img", { src, alt: t("chartAlt", { year }), width: 900, height: 420 }));
}

/** Return the section of production; it is fetched when it is opened, and again for another year. */
export function productionSection(area, view, redraw) {
  const now = Number(area.record.on.slice(0, 4));
  async function show(year) {
    view.year = year;
    view.fault = null;
    try {
      view.production = await get(`/operation/${area.id}/production/${year}`);
    } catch (error) {
      if (error.status === undefined) throw error;
      view.fault = () => sentenceOf(error);
    }
    if (!section.isConnected) return; // something else was opened meanwhile
    redraw();
    announce(t("productionTable", { year }));
  }
  const years = Array.from({ length: YEARS }, (_, index) => now - index);
  const choice = el("select", { class: "filter", id: "production-year", "data-field": "year", change: (event) => show(Number(event.target.value)) },
    years.map((year) => el("option", { value: year, selected: year === view.year }, String(year))));
  const section = el("section", { class: "egc-section" }, el("h3", {}, t("production")),
    view.production && el("div", { class: "form" }, el("label", { for: "production-year" }, t("year")), choice),
    view.fault && el("p", { class: "fault", role: "alert" }, view.fault()),
    view.production ? [figure(area, view.year), table(area, view.production), el("p", { class: "quiet" }, shareText(view.production.share))]
      : el("div", { class: "actions left" }, el("button", { type: "button", class: "plain", "data-do": "production", click: () => show(view.year) }, t("showProduction"))));
  return section;
}
