// The vertices of a title: every ring in order, in either notation, to copy or to download.

import "./texts.js";

import { get } from "../api.js";
import { el } from "../dom.js";
import { number, t } from "../i18n.js";
import { announce } from "../notice.js";
import { askedThen } from "../time.js";

const ALL = 100000; // the most that the server answers at once
let notation = "dms"; // as long as the page lives

/** Ask for the first vertices of a title, of the day that is shown. */
export const load = (title) => get(`/titles/${title.id}/vertices`, askedThen());

const shownOf = (answer) => answer.rings.reduce((sum, ring) => sum + ring.vertices.length, 0);

/** Return a ring's name; the part is told where there are several. */
function nameOf(ring, several) {
  const key = ring.hole ? "ringHole" : "ringOutline";
  return several ? t(key, { part: number(ring.part) }) : t(`${key}One`);
}

const cellsOf = (vertex) => (notation === "dms" ? [vertex.lat_dms, vertex.lon_dms] : [number(vertex.lat, 7, 7), number(vertex.lon, 7, 7)]);

function table(ring, several) {
  const head = ["vertexNumber", "latitude", "longitude"].map((key) => el("th", { scope: "col", class: key === "vertexNumber" ? null : "num" }, t(key)));
  const rows = ring.vertices.map((vertex, at) => el("tr", {}, el("td", { class: "first" }, number(at + 1)), cellsOf(vertex).map((text) => el("td", { class: "num" }, text))));
  return el("table", { class: "table" }, el("caption", {}, nameOf(ring, several)), el("thead", {}, el("tr", {}, head)), el("tbody", {}, rows));
}

/** Return all vertices as text: lines that the drawing reads again when they are pasted there. */
function textOf(answer, several) {
  if (notation === "dms") {
    return answer.rings.map((ring) => [nameOf(ring, several), ...ring.vertices.map((one) => `${one.lat_dms}  ${one.lon_dms}`)].join("\n")).join("\n\n");
  }
  const lines = answer.rings.flatMap((ring) => ring.vertices.map((one) => `${nameOf(ring, several)}\t${one.lat.toFixed(9)}\t${one.lon.toFixed(9)}`));
  return ["part\tlatitude\tlongitude", ...lines].join("\n");
}

function bar(answer, title, several, again) {
  const choose = (name) => {
    notation = name;
    again(name);
  };
  const button = (name, key) => el("button", { type: "button", "data-notation": name, "aria-pressed": String(notation === name), click: () => choose(name) }, t(key));
  const copy = async () => {
    const whole = shownOf(answer) < answer.total ? await get(`/titles/${title.id}/vertices`, { ...askedThen(), limit: ALL }) : answer;
    await navigator.clipboard.writeText(textOf(whole, several));
    announce(t("verticesCopied", { n: number(shownOf(whole)) }));
  };
  const asked = new URLSearchParams(Object.entries(askedThen()).filter(([, value]) => value)).toString();
  const href = `/api/v1/titles/${title.id}/vertices.csv${asked && `?${asked}`}`;
  return el("div", { class: "part-bar" },
    el("div", { class: "choice", role: "group", "aria-label": t("notation") }, button("dms", "notationDms"), button("decimal", "notationDecimal")),
    navigator.clipboard && el("button", { type: "button", class: "plain", "data-do": "copy-vertices", click: copy }, t("copyVertices")),
    el("a", { class: "plain", href, download: "", "data-do": "vertices-csv" }, t("downloadCsv")));
}

/** Return the part's nodes. */
export function draw(answer, title) {
  if (answer.total === 0) return [el("p", { class: "empty" }, t("verticesNone"))];
  const several = answer.rings.some((ring) => ring.part > 1);
  const box = el("div");
  const again = (name) => {
    const shown = shownOf(answer);
    box.replaceChildren(
      bar(answer, title, several, again),
      el("p", { class: "quiet", role: "status" }, shown < answer.total ? t("verticesShown", { shown: number(shown), total: number(answer.total) }) : t("verticesCount", { n: number(answer.total) })),
      el("p", { class: "quiet" }, answer.on_lattice ? t("verticesWhy") : t("verticesReceived")),
      ...answer.rings.map((ring) => table(ring, several)));
    if (name) box.querySelector(`[data-notation=${name}]`).focus();
  };
  box.className = "part-body";
  again();
  return [box];
}
