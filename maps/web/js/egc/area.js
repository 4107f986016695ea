// One artisanal area: state, what stands against work, layouts, cooperatives, standard, production.

import { get } from "../api.js";
import { el, stylesheet } from "../dom.js";
import { addTexts, day, number, pick, t } from "../i18n.js";
import { goTo, outline } from "../map.js";
import { announce } from "../notice.js";
import { focusPanel, openFault, openLoading, openPanel } from "../panel.js";
import { verdictSign } from "../patterns.js";
import { cellsText } from "../rows.js";
import { verdictOf } from "../style.js";
import { cooperativesSection } from "./cooperatives.js";
import { layoutsSection } from "./layouts.js";
import { productionSection } from "./production.js";
import { proposes } from "./roles.js";
import { standardSection } from "./standard.js";
import { EGC_TEXTS } from "./texts.js";

addTexts(EGC_TEXTS);

const MOST_FILES = 200;

/** Return what the server says of an area, together. */
async function read(id) {
  const [lines, record, words, inside, shape, files] = await Promise.all([
    get("/operation"), get(`/operation/${id}`), get("/operation/words"), get(`/operation/${id}/attributions`), get(`/titles/${id}/geometry`),
    proposes() ? get("/files", { machine: "attribution", limit: MOST_FILES }) : []]);
  const asked = files.filter((file) => file.host_title_id === id && file.title_id === null);
  return { id, line: lines.find((one) => one.title_id === id), record, words, inside, shape, files: asked };
}

function heading({ line }) {
  return el("div", { class: "file-title" }, el("h2", { id: "panel-title" }, t("areaTitle", { code: line.code ?? t("noCode") })), el("p", {}, pick(line.basis_label)));
}

function summary({ line, record }) {
  const pairs = [
    [t("areaGround"), cellsText(line.cells)],
    [t("areaFrom"), line.held_from ? day(line.held_from) : t("notStated")],
    [t("areaEnds"), line.ends_on ? day(line.ends_on) : t("notStated")],
    [t("areaKept"), `${day(line.kept_on)} · ${line.reference}`],
    line.incidents != null && [t("areaIncidents"), line.incidents ? number(line.incidents) : t("noneRecorded")],
    [t("areaFindings"), line.findings ? number(line.findings) : t("noneStanding")],
  ].filter(Boolean);
  const last = record.life.at(-1);
  return [
    el("div", { class: "chips" }, el("span", { class: "chip" }, pick(line.state_label)), !line.egc_acts && el("span", { class: "chip" }, t("egcActsNot"))),
    el("dl", { class: "facts" }, pairs.flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)])),
    last?.reason && ["suspended", "closed"].includes(line.state) && el("p", {}, t("stateReason", { reason: last.reason })),
  ];
}

function obstacles({ record }) {
  if (!record.obstacles.length) return null;
  return el("details", {}, el("summary", {}, t("obstacles", { n: number(record.obstacles.length) })),
    el("ul", { class: "findings" }, record.obstacles.map((one) => el("li", { class: "finding" },
      el("div", { class: "verdict" }, verdictSign(verdictOf(one.verdict)), pick(verdictOf(one.verdict).label)),
      el("p", {}, pick(one.message)), one.article && el("p", { class: "quiet" }, one.article)))));
}

/** Open an area by its title's number; `bring` moves the map to it. */
export async function openArea(id, { bring = true } = {}) {
  stylesheet("layout");
  openLoading(() => openArea(id, { bring: false }));
  try {
    const area = await read(id);
    const again = () => openArea(id, { bring: false });
    const view = { year: Number(area.record.on.slice(0, 4)), production: null, fault: null };
    const draw = () => openPanel(heading(area), [
      ...summary(area), obstacles(area), layoutsSection(area, again), cooperativesSection(area, again),
      standardSection(area, again), productionSection(area, view, draw), back(),
    ].filter(Boolean), draw);
    draw();
    outline(area.shape);
    if (bring) goTo(boundsOf(area.shape));
    focusPanel();
    announce(t("areaTitle", { code: area.line.code ?? "" }));
  } catch (error) {
    if (error.status === undefined) throw error;
    openFault(error);
  }
}

const boundsOf = ({ geometry }) => new ol.format.GeoJSON().readGeometry(geometry).getExtent();

const back = () => el("div", { class: "actions left" }, el("button", { type: "button", class: "plain", "data-do": "areas", click: async () => (await import("./areas.js")).openAreas() }, t("asmAreas")));
