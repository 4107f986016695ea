// Conflicts over ground that the reader may see, the nearest term first, and how one is reported.

import { get, post } from "../api.js";
import { el, stylesheet } from "../dom.js";
import { day, number, pick, t } from "../i18n.js";
import { focusPanel, openFault, openLoading, openPanel, plainHeading } from "../panel.js";
import { kindAndName } from "../rows.js";
import { accountRole } from "../session.js";
import { openCase } from "./case.js";
import { foldedForm } from "./form.js";
import { OPENERS } from "./people.js";
import { statesOf, subjectText } from "./words.js";
import "./texts.js";

const PAGE = 50;

function row(one) {
  const parts = [subjectText(one.subject), one.province ?? t("notStatedF"), t("conflictEvidenceCount", { n: number(one.evidence) }),
    one.due_on && t("conflictDue", { day: day(one.due_on) })];
  return el("li", {}, el("button", { type: "button", class: "row", "data-case": one.id, click: () => openCase(one.id) },
    el("span", {}), el("strong", {}, one.number ?? t("conflictDraft")), el("span", { class: "amount" }, statesOf(one.state)),
    el("span", { class: "sub" }, parts.filter(Boolean).join(" · "))));
}

async function overlapForm() {
  if (!OPENERS.has(accountRole())) return null;
  const { items } = await get("/overlaps", { limit: 100 });
  if (items.length === 0) return null;
  const options = items.map((one) => [String(one.id), `${kindAndName(one.a)} × ${kindAndName(one.b)}`]);
  const fields = [{ name: "finding_id", type: "select", label: t("conflictOverlap"), options }, { name: "summary", type: "text", label: t("conflictSummary") }];
  return foldedForm({
    name: "overlap", title: t("conflictReportOverlap"), fields,
    send: ({ finding_id: finding, summary }) => post("/conflicts", { subject: "overlap", finding_id: Number(finding), summary }),
    done: ({ file_id: id, message }) => openCase(id, pick(message)),
  });
}

/** Open the list; `ended` shows cases that ended too. */
export async function openConflicts(ended = false, pages = 1) {
  stylesheet("activity");
  openLoading(() => openConflicts(ended, pages));
  focusPanel();
  try {
    const items = await get("/conflicts", { ended, limit: PAGE * pages > 200 ? 200 : PAGE * pages });
    const overlaps = await get("/overlaps", { limit: 1 }).then(({ total }) => total);
    const form = overlaps > 0 ? await overlapForm() : null;
    const box = el("input", { type: "checkbox", change: () => openConflicts(!ended) });
    box.checked = ended;
    const body = [
      el("div", { class: "form" }, el("label", { class: "check" }, box, t("conflictEnded"))),
      items.length ? el("ul", { class: "rows" }, items.map(row)) : el("p", { class: "empty" }, t("conflictNone")),
      items.length === PAGE * pages && items.length < 200 && el("button", { type: "button", class: "plain more", click: () => openConflicts(ended, pages + 1) }, t("more")),
      form, el("p", { class: "quiet" }, t("conflictHow")),
    ];
    openPanel(plainHeading(t("conflictsList")), body.filter(Boolean), () => openConflicts(ended, pages));
  } catch (error) {
    if (error.status === undefined) throw error;
    openFault(error);
  }
}
