// What of the papers behind a title is public: acts, notices of its ground, the extract for who signed in.

import "./texts.js";

import { get } from "../api.js";
import { el } from "../dom.js";
import { day, number, t } from "../i18n.js";

/** Ask for what the reader may read. */
export const load = (title) => get(`/titles/${title.id}/documents`);

const STATUS = { open: "documentsNoticeOpen", closed: "documentsNoticeClosed", replaced: "documentsNoticeReplaced", withdrawn: "documentsNoticeWithdrawn" };

function act(one) {
  return el("li", {}, t("documentsAct", { reference: one.reference }), one.on_day && el("p", { class: "quiet" }, day(one.on_day)));
}

const openNotice = async (id) => (await import("../public/notices.js")).openNotice(id);

function notice(one) {
  const counted = (key, n) => t(n === 1 ? `${key}One` : key, { n: number(n) });
  const said = [t(STATUS[one.status], { day: day(one.closes_on) }), counted("documentsShared", one.shared_cells), one.answers > 0 && counted("documentsAnswers", one.answers)];
  return el("li", {},
    el("button", { type: "button", class: "link", "data-notice": one.id, click: () => openNotice(one.id) }, `${t("notices")} · ${day(one.published_on)}`),
    el("p", { class: "quiet" }, said.filter(Boolean).join(" · ")));
}

const extract = (href) => el("li", {}, el("a", { class: "link", href, target: "_blank", rel: "noopener" }, t("documentsExtract")));

/** Return the part's nodes. */
export function draw(answer) {
  const rows = [...answer.acts.map(act), ...answer.notices.map(notice), answer.survey_extract && extract(answer.survey_extract)].filter(Boolean);
  return [
    rows.length ? el("ul", { class: "documents" }, rows) : el("p", { class: "empty" }, t("documentsNone")),
    el("p", { class: "quiet" }, t("documentsOther")),
  ];
}
