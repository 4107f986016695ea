// How long files take: statistics without names and without numbers of files.

import { get } from "../api.js";
import { el, stylesheet } from "../dom.js";
import { addTexts, day, number, pick, t } from "../i18n.js";
import { focusPanel, openFault, openLoading, openPanel, plainHeading } from "../panel.js";
import { TEXTS_OF_FILES } from "./downloads_texts.js";

addTexts(TEXTS_OF_FILES);
stylesheet("card");
stylesheet("files");

const stepOf = (one) => [one.procedure_label ? pick(one.procedure_label) : t("merged"), one.state_label ? pick(one.state_label) : t("merged")];
const share = (value) => (value == null ? t("notStated") : `${number(value * 100, 0)} %`);

function nameCell(one) {
  const [procedure, state] = stepOf(one);
  return el("th", { scope: "row" }, state, procedure === state ? null : el("small", {}, procedure));
}

function table(keys, rows) {
  const head = keys.map((key) => el("th", { scope: "col" }, t(key)));
  return el("div", { class: "scroll" }, el("table", { class: "table" }, el("thead", {}, el("tr", {}, head)), el("tbody", {}, rows)));
}

const cells = (values) => values.map((value) => el("td", { class: "num" }, value));

const endedRow = (one) => el("tr", {}, nameCell(one), cells([number(one.stays), number(one.median_days, 1), number(one.ninth_decile_days, 1), share(one.over_share)]));

const waitingRow = (one) => el("tr", {}, nameCell(one), cells([number(one.files), share(one.over_share)]));

function body({ on, fewest, ended, waiting }) {
  return [
    el("p", {}, t("delaysWhat", { on: day(on), fewest: number(fewest) })),
    el("h3", {}, t("delaysEnded")),
    ended.length ? table(["step", "stays", "medianDays", "ninthDecile", "overShare"], ended.map(endedRow)) : el("p", { class: "empty" }, t("noDelays")),
    el("h3", {}, t("delaysWaiting")),
    waiting.length ? table(["step", "stays", "overShare"], waiting.map(waitingRow)) : el("p", { class: "empty" }, t("noWaiting")),
  ];
}

/** Open the statistics. */
export async function openDelays() {
  openLoading(openDelays);
  try {
    const found = await get("/delays");
    const draw = () => openPanel(plainHeading(t("delays")), body(found), draw);
    draw();
    focusPanel();
  } catch (error) {
    if (error.status === undefined) throw error;
    openFault(error);
  }
}
