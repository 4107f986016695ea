// Who works where in an area: portions or work areas, asking for a new one, and asking for an end.
//
// Ground is attributed by a file (machine "attribution"): the page opens its draft and shows the file,
// in which contract or decision, registration and end are steps of several people.

import { get, post, put } from "../api.js";
import { EMPTY, fromRuns, toRuns } from "../cells/set.js";
import { el } from "../dom.js";
import { day, number, t } from "../i18n.js";
import { goTo, outline } from "../map.js";
import { openFault } from "../panel.js";
import { cellsText } from "../rows.js";
import { askInDialog } from "./form.js";
import { ends, proposes } from "./roles.js";

const SUBJECTS = { zone: ["portion", "PORTION"], allocation: ["work_area", "WORK_AREA"], egc_ground: ["work_area", "WORK_AREA"] };
const PER_DEGREE = 120;
const FOUND = 12;

const boundsOf = (runs) => [Math.min(...runs.map((run) => run[1])), Math.min(...runs.map((run) => run[0])), Math.max(...runs.map((run) => run[2])), Math.max(...runs.map((run) => run[0])) + 1].map((at) => at / PER_DEGREE);

async function openTheFile(id) {
  const { openFile } = await import("../desk/file.js");
  await openFile(id);
}

async function showOnMap(runs) {
  const { outlineOf } = await import("../cells/parts.js");
  const coordinates = outlineOf(fromRuns(runs)).map((rings) => rings.map((ring) => [...ring, ring[0]].map(([col, row]) => [col / PER_DEGREE, row / PER_DEGREE])));
  outline({ type: "MultiPolygon", coordinates });
  goTo(boundsOf(runs));
}

function askEnd(one, again) {
  askInDialog({
    title: t("askEndOf", { code: one.code ?? "" }),
    note: t("askEndWhy"),
    fields: [{ name: "reason", label: t("reason"), required: true, maxlength: 4000 }],
    go: t("askEnd"),
    send: async ({ reason }) => {
      const { steps } = await get(`/files/${one.file_id}`);
      return post(`/files/${one.file_id}/steps`, { action: "ask_end", expected_steps: steps, reason });
    },
    done: again,
  });
}

function row(one, again) {
  const dates = [t("areaSince", { day: day(one.held_from) }), one.ends_on ? t("areaUntil", { day: day(one.ends_on) }) : t("areaNoEnd")].join(" · ");
  const mayEnd = one.file_id && one.file_state === "registered" && ends();
  return el("li", { class: "line", "data-attribution": one.code },
    el("strong", {}, one.cooperative ?? t("nameWithheld")), el("p", { class: "quiet" }, [one.code, cellsText(one.cells), one.minerals.join(", ")].filter(Boolean).join(" · ")),
    el("p", { class: "quiet" }, dates), one.file_state === "end_asked" && el("p", {}, t("endAsked")),
    el("div", { class: "actions left" },
      el("button", { type: "button", class: "plain small", click: () => showOnMap(one.runs) }, t("showOnMap")),
      one.file_id && el("button", { type: "button", class: "plain small", click: () => openTheFile(one.file_id) }, t("openFile")),
      mayEnd && el("button", { type: "button", class: "plain small", "data-do": "ask-end", click: () => askEnd(one, again) }, t("askEnd"))));
}

/** Ask who works there; the party is found by a part of its name. */
function askWho(area, again) {
  askInDialog({
    title: t("attributeTo"),
    note: t("attributeWhy"),
    fields: [{ name: "q", label: t("cooperativeName"), required: true, minlength: 2, maxlength: 100 }],
    go: t("find"),
    send: ({ q }) => get("/parties/search", { q, limit: FOUND }),
    done: (found) => askWhich(area, found, again),
  });
}

function askWhich(area, found, again) {
  if (!found.length) {
    const dialog = el("dialog", { "aria-labelledby": "none-title", close: () => dialog.remove() }, el("form", { method: "dialog" }, el("h2", { id: "none-title" }, t("attributeTo")),
      el("p", {}, t("noParty")), el("div", { class: "actions" }, el("button", { class: "primary" }, t("close")))));
    document.body.append(dialog);
    dialog.showModal();
    return;
  }
  askInDialog({
    title: t("attributeTo"),
    fields: [
      { name: "party", label: t("cooperativeName"), choices: found.map(({ id, name }) => [id, name]) },
      { name: "substances", label: t("mineralsOf"), maxlength: 100, placeholder: t("notStated") },
    ],
    go: t("drawCells"),
    send: async (values) => values,
    done: ({ party, substances }) => draw(area, Number(party), substances.split(/[\s,;]+/).filter(Boolean), again),
  });
}

async function draw(area, party, substances, again) {
  const [subject, kind] = SUBJECTS[area.line.basis];
  const base = { machine: "attribution", subject, party_id: party, host_title_id: area.id };
  const asked = ({ facts, cells }) => ({ ...base, content: facts, runs: toRuns(cells) });
  let file = null;
  let version = 0;
  try {
    const { openEditor } = await import("../edit/editor.js");
    openEditor({
      heading: () => t(subject === "portion" ? "newPortion" : "newWorkArea", { code: area.line.code ?? "" }),
      key: `attribution-${area.id}-${party}`,
      subject,
      start: { cells: EMPTY, facts: { kind, substances: substances.length ? substances : null } },
      host: area.shape.properties.runs,
      asked,
      save: async (draft) => {
        if (file === null) {
          ({ id: file } = await post("/files", asked(draft)));
          version = 1;
        } else {
          ({ version } = await put(`/files/${file}/version`, { content: draft.facts, runs: toRuns(draft.cells), expected_version: version }));
        }
      },
      left: () => (file === null ? again() : openTheFile(file)),
    });
    goTo(boundsOf(area.shape.properties.runs));
  } catch (error) {
    if (error.status === undefined) throw error;
    openFault(error);
  }
}

function waiting({ files }) {
  if (!files.length) return null;
  return el("div", {}, el("p", { class: "quiet" }, t("filesWaiting", { n: number(files.length) })), el("ul", { class: "papers" }, files.map((file) =>
    el("li", {}, el("button", { type: "button", class: "plain small", "data-file": file.id, click: () => openTheFile(file.id) }, file.number ?? t("draftOf", { id: file.id }))))));
}

/** Return the section of cooperatives. */
export function cooperativesSection(area, again) {
  const [subject] = SUBJECTS[area.line.basis];
  return el("section", { class: "egc-section" }, el("h3", {}, t(subject === "portion" ? "portions" : "workAreas")),
    area.inside.length ? el("ul", { class: "rows" }, area.inside.map((one) => row(one, again))) : el("p", { class: "empty" }, t("noCooperative")),
    waiting(area),
    proposes() && el("div", { class: "actions left" }, el("button", { type: "button", class: "plain", "data-do": "attribute", click: () => askWho(area, again) }, t("attribute"))));
}
