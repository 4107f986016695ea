// Reporting an activity that was seen inside a permit as a conflict.

import { post } from "../api.js";
import { titleOf } from "../activity/words.js";
import { pick, t } from "../i18n.js";
import { focusPanel, openPanel, plainHeading } from "../panel.js";
import { el, stylesheet } from "../dom.js";
import { openCase } from "./case.js";
import { foldedForm } from "./form.js";
import "./texts.js";

/** Open the form for one observation, with where it stands in law. */
export function openReport({ observation, place }) {
  stylesheet("activity");
  const form = foldedForm({
    name: "activity", title: t("conflictReportActivity"), open: true,
    fields: [{ name: "summary", type: "text", label: t("conflictSummary") }],
    send: ({ summary }) => post("/conflicts", { subject: "activity", summary, observation_ids: [observation.id] }),
    done: ({ file_id: id, message }) => openCase(id, pick(message)),
  });
  openPanel(plainHeading(t("conflictReport")), [el("p", {}, titleOf(observation)), el("p", { class: "quiet" }, pick(place.summary)), form, el("p", { class: "quiet" }, t("conflictHow"))],
    () => openReport({ observation, place }));
  focusPanel();
}
