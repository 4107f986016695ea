// Notices under consultation: the list, one of them, and the way to say something about it.

import { get } from "../api.js";
import { outlineOf } from "../cells/parts.js";
import { fromRuns } from "../cells/set.js";
import { el } from "../dom.js";
import { addTexts, day, number, pick, t } from "../i18n.js";
import { goTo, outline } from "../map.js";
import { focusPanel, openFault, openLoading, openPanel, plainHeading } from "../panel.js";
import { kindBadge } from "../patterns.js";
import { kindOf } from "../style.js";
import { openFollowing } from "./following.js";
import { openObjection } from "./objection.js";
import { PUBLIC_TEXTS } from "./texts.js";

addTexts(PUBLIC_TEXTS);

const SHOWN = 100;

const until = (notice) => t(notice.status === "open" ? "noticeUntil" : "noticeClosed", { day: day(notice.withdrawn_on ?? notice.closes_on) });

function row(notice) {
  return el("li", {}, el("button", { type: "button", class: "row", "data-notice": notice.id, click: () => openNotice(notice.id) },
    kindBadge(notice.kind, "application"), el("strong", {}, pick(kindOf(notice.kind).label)),
    el("span", { class: "amount" }, t("noticeCells", { n: number(notice.cells) })), el("span", { class: "sub" }, until(notice))));
}

const followButton = () => el("button", { type: "button", class: "plain", "data-do": "follow", click: openFollowing }, t("followOne"));

/** Open the list of notices. */
export async function openNotices() {
  openLoading(openNotices);
  try {
    const { items } = await get("/notices", { status: "open", limit: SHOWN });
    const draw = () => openPanel(plainHeading(t("noticesTitle")), [
      items.length ? el("ul", { class: "rows" }, items.map(row)) : el("p", { class: "empty" }, t("noNotices")),
      el("div", { class: "actions left" }, followButton()),
    ], draw);
    draw();
    focusPanel();
  } catch (error) {
    if (error.status === undefined) throw error;
    openFault(error);
  }
}

const geometryOf = (runs) => ({
  type: "MultiPolygon",
  coordinates: outlineOf(fromRuns(runs)).map((rings) => rings.map((ring) => [...ring, ring[0]].map(([col, at]) => [col / 120, at / 120]))),
});

function parties(notice) {
  if (!notice.parties.length) return null;
  return el("section", {}, el("h3", {}, t("noticeParties")), el("ul", { class: "papers" }, notice.parties.map((party) => el("li", {}, party.name ?? t("withheld")))));
}

function answers(notice) {
  if (!notice.answers.length) return null;
  return el("section", {}, el("h3", {}, t("answersTitle")), el("ul", { class: "papers" }, notice.answers.map((one) => el("li", {}, `${day(one.answered_on)} : ${one.text}`))));
}

/** Open a notice, with its ground on the map. */
export async function openNotice(id) {
  openLoading(() => openNotice(id));
  try {
    const notice = await get(`/notices/${id}`);
    const draw = () => openPanel(plainHeading(pick(kindOf(notice.kind).label)), [
      el("div", { class: "chips" }, el("span", { class: "chip" }, until(notice)), el("span", { class: "chip" }, t("noticeCells", { n: number(notice.cells) }))),
      el("p", {}, pick(notice.text)),
      el("p", { class: "quiet" }, t("noticeLength", { why: notice.length_basis })),
      parties(notice),
      answers(notice),
      el("div", { class: "actions left" },
        notice.status === "open" && el("button", { type: "button", class: "primary", "data-do": "object", click: () => openObjection(notice, () => openNotice(id)) }, t("object")), followButton()),
    ].filter(Boolean), draw);
    draw();
    outline(geometryOf(notice.runs));
    goTo(notice.bounds);
    focusPanel();
  } catch (error) {
    if (error.status === undefined) throw error;
    openFault(error);
  }
}
