// Ground from coordinates or from a file: the server reads them, the page shows what it made of them.

import { postForm, post } from "../api.js";
import { count } from "../cells/set.js";
import { outlineOf } from "../cells/parts.js";
import { el } from "../dom.js";
import { number, pick, t } from "../i18n.js";
import { copySection } from "./copy.js";
import { groundOf } from "./ground.js";
import { crsChoice, lineReader, linesTable } from "./lines.js";

const SHOWN_CORNERS = 12;
const SECONDS_PER_NODE = 30;
const WHOLE = /^\s*(?:SRID=|(?:MULTI)?POLYGON)|^[^\d\n]*\n/i; // WKT, or a table with its header: read as one

function angle(node, positive, negative) {
  const seconds = Math.abs(node) * SECONDS_PER_NODE;
  const two = (value) => String(value).padStart(2, "0");
  return `${two(Math.floor(seconds / 3600))}°${two(Math.floor((seconds % 3600) / 60))}'${two(seconds % 60)}"${node < 0 ? negative : positive}`;
}

/** Return the corners of the first shell of a ground, one a line, as the reader of text takes them. */
export function verticesOf(cells) {
  const [shell] = outlineOf(cells)[0] ?? [];
  return (shell ?? []).map(([col, row]) => `${angle(row, "N", "S")} ${angle(col, "E", "W")}`).join("\n");
}

const row = (text, more = {}) => el("p", { class: "quiet", ...more }, text);

function differences(shape) {
  if (shape.exact) return [row(t("shapeExact"))];
  const area = (value) => number(value, 2, 2);
  const corners = shape.moved.slice(0, SHOWN_CORNERS);
  const more = shape.moved_in_all - corners.length;
  return [
    row(t("shapeMoved")),
    el("ul", { class: "moved" },
      shape.gained.length > 0 && el("li", {}, t("shapeGained", { n: number(count(groundOf(shape.gained))), area: area(shape.gained_cells) })),
      shape.lost.length > 0 && el("li", {}, t("shapeLost", { n: number(count(groundOf(shape.lost))), area: area(shape.lost_cells) })),
      corners.map((corner) => el("li", {}, t("cornerMoved", { number: number(corner.number), m: number(corner.moved_m, 1) }))),
      more > 0 && el("li", {}, t("cornersMore", { n: number(more) }))),
  ];
}

/**
 * Return the section for coordinates and files. `session` takes the ground, `ground` shows what was
 * left out, `failed(error)` says why something could not be read.
 */
export function verticesSection(session, ground, view, failed, redraw) {
  const { lines } = session.now.draft;
  const box = el("textarea", { rows: 6, spellcheck: false, maxlength: 200000, "data-field": "vertices", "aria-label": t("verticesTitle") });
  box.value = view.text ?? "";
  box.addEventListener("input", () => { view.text = box.value; });
  const told = el("div", { class: "told", role: "status" }, view.told ?? []);

  function tell(...nodes) {
    view.told = nodes.flat();
    const shown = told.isConnected ? told : document.querySelector(".told") ?? told; // the panel may have been drawn anew meanwhile
    shown.replaceChildren(...view.told);
  }

  function take(shape, label) {
    session.change(t(label), { cells: groundOf(shape.runs), lines: null });
    ground.lost(groundOf(shape.lost));
    tell(...differences(shape));
  }

  function choose(answer, label) {
    const whole = answer.shapes.filter((shape) => shape.runs.length > 0);
    const faults = answer.shapes.filter((shape) => shape.fault).map((shape) => row(t("shapeFault", { row: shape.row, why: shape.fault }), { class: "fault" }));
    const issues = answer.issues.filter((issue) => issue.refused).map((issue) => row(`${issue.row ?? ""} ${pick(issue.meaning)} ${issue.message}`, { class: "fault" }));
    if (whole.length === 1 && !faults.length) return take(whole[0], label);
    const named = (shape) => {
      const n = number(count(groundOf(shape.runs)));
      return shape.name ? t("shapeNamed", { name: shape.name, n }) : t("shapeOf", { row: shape.row, n });
    };
    const list = whole.map((shape) => el("li", {}, el("button", { type: "button", class: "plain", click: () => take(shape, label) }, named(shape))));
    return tell(...faults, ...issues, whole.length > 0 && row(t("chooseShape", { n: number(answer.shapes_in_all) })), el("ul", { class: "choices" }, list));
  }

  async function read(send, label) {
    tell(row(t("loading")));
    try {
      choose(await send(), label);
    } catch (error) {
      if (error.status === undefined) throw error;
      tell(row(failed(error), { class: "fault", role: "alert" }));
    }
  }

  function readFile(file) {
    const form = new FormData();
    form.append("upload", file);
    return read(() => postForm("/drawing/file", form), "editShape");
  }

  const readLines = lineReader(session, ground, view, {
    told: (shape) => {
      if (shape) ground.lost(groundOf(shape.lost));
      view.told = shape ? differences(shape) : [];
    },
    failed: (error) => tell(row(failed(error), { class: "fault", role: "alert" })),
    shown: redraw,
  });

  function apply() {
    if (WHOLE.test(box.value)) return read(() => post("/drawing/text", { text: box.value, crs: view.crs ?? null }), "editVertices");
    const texts = box.value.split(/\r?\n/).map((text) => text.trim()).filter(Boolean);
    return texts.length ? readLines({ texts, crs: view.crs ?? null }, t("editVertices")) : null;
  }

  const again = () => {
    view.text = lines.texts.join("\n");
    view.crs = lines.crs;
    session.change(t("editVertices"), { lines: null });
  };
  const picker = el("input", { type: "file", class: "hidden", "data-field": "file", "aria-label": t("chooseFile"), change: () => picker.files[0] && readFile(picker.files[0]) });
  const zone = el("div", { class: "drop" },
    el("button", { type: "button", class: "plain", click: () => picker.click() }, t("chooseFile")), picker, el("span", { class: "quiet" }, t("dropFile")));
  zone.addEventListener("dragover", (event) => event.preventDefault());
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer.files[0]) readFile(event.dataTransfer.files[0]);
  });
  const button = (name, label, click, first = false) => el("button", { type: "button", class: first ? "primary" : "plain", "data-do": name, click }, t(label));
  const typed = lines ? [
    linesTable(lines, view, readLines),
    el("div", { class: "actions left" }, button("paste-again", "linesAgain", again)),
  ] : [
    row(t("verticesHelp")), box, crsChoice(view.crs, (crs) => { view.crs = crs; }),
    el("div", { class: "actions left" },
      button("put-vertices", "verticesApply", apply, true),
      session.now.draft.cells.length > 0 && button("read-vertices", "verticesRead", () => readLines({ texts: verticesOf(session.now.draft.cells).split("\n"), crs: null }, t("editVertices")))),
  ];
  const details = el("details", { class: "coordinates", open: view.open || lines !== null }, el("summary", {}, t("verticesTitle")), typed, zone, told);
  details.addEventListener("toggle", () => { view.open = details.open; });
  if (lines && view.of !== lines && view.reading !== lines) readLines(lines, t("editVertices"));
  return el("div", {}, details, copySection(session, view, failed));
}
