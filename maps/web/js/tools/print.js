// The page to print: what the screen shows, on A4 in landscape, with all that a reader of paper needs to know.

import { get } from "../api.js";
import { byId, el, stylesheet } from "../dom.js";
import { t } from "../i18n.js";
import { printedLegend } from "./print_legend.js";
import { drawPrintMap } from "./print_map.js";
import { facts, foot } from "./print_sheet.js";
import "./texts.js";

const TEXT_LENGTH = 90;

let close = null; // how the open page closes

/** Take the style sheet for paper, which is switched on only while the page is open; wait until both are there. */
async function styles() {
  stylesheet("tools");
  stylesheet("print");
  const links = ["tools", "print"].map((name) => document.querySelector(`link[href="/static/css/${name}.css"]`));
  links.forEach((link) => { link.disabled = false; });
  await Promise.all(links.map((link) => link.sheet ?? new Promise((resolve) => {
    ["load", "error"].forEach((event) => link.addEventListener(event, resolve, { once: true }));
  })));
  return links[1];
}

function build(summary) {
  const heading = el("h3", {}, t("printTitleText"));
  const title = el("input", { id: "print-title", maxlength: TEXT_LENGTH, value: t("printTitleText"), input: () => { heading.textContent = title.value; } });
  const target = el("div", { class: "target" });
  const side = el("div", { class: "sheet-side" });
  const state = el("p", { class: "quiet print-state", role: "status" }, t("printPreparing"));
  const go = el("button", { type: "button", class: "primary", "data-do": "print", disabled: true, click: () => window.print() }, t("printGo"));
  const leave = el("button", { type: "button", class: "plain", "data-do": "close-print", click: () => close() }, t("close"));
  const sheet = el("section", { class: "sheet", "aria-label": t("printSheet") },
    el("header", { class: "sheet-head" }, heading,
      summary.demonstration && el("p", { class: "illustrative" }, t("printIllustrative")), el("span", { class: "mabele" }, "Mabele")),
    el("div", { class: "sheet-map" }, target), side, el("footer", { class: "sheet-foot" }, foot()));
  const desk = el("div", { class: "print-desk" }, sheet);
  const view = el("div", { class: "print-view", role: "dialog", "aria-modal": "true", "aria-labelledby": "print-heading" },
    el("div", { class: "print-bar" }, el("h2", { id: "print-heading" }, t("print")),
      el("label", { for: "print-title" }, t("printTitle"), title), go, leave, state, el("p", { class: "quiet" }, t("printHow"))),
    desk);
  return { view, desk, sheet, target, side, state, go, title };
}

/** Show the sheet as large as the screen allows. */
function fit({ desk, sheet }) {
  const room = getComputedStyle(desk);
  const wide = desk.clientWidth - 2 * parseFloat(room.paddingLeft);
  const high = desk.clientHeight - 2 * parseFloat(room.paddingTop);
  const share = Math.min(1, wide / sheet.offsetWidth, high / sheet.offsetHeight);
  sheet.style.setProperty("--fit", share);
  sheet.style.setProperty("--shift", `${Math.max(0, (wide - share * sheet.offsetWidth) / 2)}px`);
}

/** Fill the side of the sheet, in smaller letters if it would not fit. */
async function fillSide({ side }, summary, drawn) {
  const legend = await printedLegend(drawn.layers, drawn.map.getView());
  side.replaceChildren(el("div", { class: "legend-of-print" }, el("h4", {}, t("printLegend")), legend), facts(summary, drawn));
  const list = side.querySelector(".legend-of-print");
  for (const size of ["dense", "densest"]) if (list.scrollHeight > list.clientHeight) side.classList.add(size);
}

/** Keep the rest of the page out of reach; return how it comes back. */
function alone(view) {
  const rest = [...document.body.children].filter((node) => node !== view && !node.inert);
  rest.forEach((node) => { node.inert = true; });
  return () => rest.forEach((node) => { node.inert = false; });
}

/** Open the page to print. */
export async function openPrint() {
  if (close) return;
  const [summary, paper] = await Promise.all([get("/summary"), styles()]);
  const parts = build(summary);
  const opener = byId("menu-button");
  document.body.append(parts.view);
  const release = alone(parts.view);
  const refit = () => fit(parts);
  fit(parts);
  const drawn = drawPrintMap(parts.target);
  close = () => {
    close = null;
    drawn.remove();
    window.removeEventListener("resize", refit);
    paper.disabled = true;
    parts.view.remove();
    release();
    opener.focus();
  };
  window.addEventListener("resize", refit);
  parts.view.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
  });
  parts.title.focus();
  const whole = await drawn.ready;
  if (!parts.view.isConnected) return;
  await fillSide(parts, summary, drawn);
  parts.state.textContent = t(whole ? "printReady" : "printPartly");
  parts.go.disabled = false;
}
