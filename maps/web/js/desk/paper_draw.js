// The ground of a paper filing, its scan, and handing it to the second person.

import { get, post, postForm, put } from "../api.js";
import { EMPTY, toRuns } from "../cells/set.js";
import { el } from "../dom.js";
import { number, t } from "../i18n.js";
import { announce } from "../notice.js";
import { focusPanel, openFault, openPanel, plainHeading } from "../panel.js";
import { openEditor } from "../edit/editor.js";
import { openFile } from "./file.js";
import { forgetTyped, openForm } from "./paper_form.js";
import { bothTimes, faultPlace, whyRefused } from "./paper_words.js";

const stated = (text) => (text === "" ? null : Number(text));

function contentOf(paper) {
  const codes = paper.substances.split(/[\s,;]+/).filter(Boolean);
  return { kind: paper.right, substances: codes.length ? codes : null, term_years: stated(paper.term), declared_cells: stated(paper.declared) };
}

const draftOf = (paper, content) => {
  const [machine, subject] = paper.file.split("/");
  return (cells) => ({ machine, subject, content, runs: toRuns(cells), party_id: paper.party, paper_received_at: paper.received, paper_reason: paper.reason });
};

/** Draw the ground; then the filing is shown once more before it is entered. */
export function drawGroundOf(paper) {
  const content = contentOf(paper);
  const draft = draftOf(paper, content);
  let file = null;
  let version = 0;
  openEditor({
    heading: () => t("paperDrawing", { who: paper.partyName }),
    key: `paper-${paper.party}-${paper.received}`,
    subject: "paper",
    start: { cells: EMPTY, facts: content },
    host: null,
    asked: ({ cells }) => draft(cells),
    save: async ({ cells }) => {
      if (file === null) {
        ({ id: file } = await post("/files", draft(cells)));
        version = 1;
        forgetTyped();
      } else {
        ({ version } = await put(`/files/${file}/version`, { content, runs: toRuns(cells), expected_version: version }));
      }
    },
    left: () => (file === null ? openForm() : openReview(file, paper)),
  });
}

async function keepScan(file, scan) {
  const form = new FormData();
  form.append("kind", "scan");
  form.append("document", scan);
  await postForm(`/files/${file}/documents`, form);
}

/** Show what is handed to the second person; the scan may be chosen anew where it was refused. */
async function openReview(id, paper) {
  let file = null;
  try {
    file = await get(`/files/${id}`);
  } catch (error) {
    if (error.status === undefined) throw error;
    openFault(error);
    return;
  }
  const view = { why: () => null, busy: false };

  async function enter() {
    view.busy = true;
    draw();
    try {
      if (!file.documents.some(({ kind }) => kind === "scan")) await keepScan(id, paper.scan);
      file = await get(`/files/${id}`);
      await post(`/files/${id}/steps`, { action: "enter_paper", reason: paper.reason, expected_steps: file.steps, expected_version: file.versions.at(-1).number });
      announce(t("paperEnteredNow"));
      await openFile(id);
    } catch (error) {
      if (error.status === undefined) throw error;
      view.why = () => whyRefused(error);
      view.busy = false;
      draw();
    }
  }

  function scan() {
    const input = el("input", { id: "paper-rescan", type: "file", accept: "application/pdf,image/jpeg,image/png,image/tiff", change: () => {
      paper = { ...paper, scan: input.files[0] ?? paper.scan };
      view.why = () => null;
      draw();
    } });
    return [el("p", {}, t("paperScanLink", { name: paper.scan.name })), view.why() && [el("label", { for: "paper-rescan" }, t("paperScan")), input]];
  }

  function draw() {
    const [fault, say] = faultPlace();
    say(view.why());
    const again = document.activeElement?.dataset.do;
    openPanel(plainHeading(t("paperReview")), [
      el("dl", { class: "paper-facts" }, [[t("paperReceived"), bothTimes(paper.received)], [t("paperReason"), paper.reason], [t("cells"), number(file.versions.at(-1).cells)]]
        .map(([name, value]) => [el("dt", {}, name), el("dd", {}, value)])),
      el("p", {}, t("paperApplicantIs", { name: paper.partyName })),
      el("div", { class: "form" }, scan()), fault,
      el("div", { class: "actions left" },
        el("button", { type: "button", class: "primary", "data-do": "enter-paper", disabled: view.busy, click: enter }, t("paperEnter")),
        el("button", { type: "button", class: "plain", "data-do": "open-paper-file", click: () => openFile(id) }, t("paperOpenFile"))),
    ], draw);
    if (again) document.querySelector(`#panel [data-do="${again}"]`)?.focus();
  }

  draw();
  focusPanel();
}
