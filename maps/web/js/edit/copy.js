// Ground copied from a title or zone of the register into the draft; of a company only what lies in its own permit.

import { get } from "../api.js";
import { el } from "../dom.js";
import { number, t } from "../i18n.js";
import { mapItself, tileLayersOf } from "../map.js";
import { announce } from "../notice.js";
import { kindAndName } from "../rows.js";
import { common, count, union } from "../cells/set.js";
import { groundOf } from "./ground.js";

const SHOWN = 8;
const MOST_IN_VIEW = 30;

/** Return the section that finds a title by its code and copies its ground. `failed(error)` gives the sentence of a fault. */
export function copySection(session, view, failed) {
  const input = el("input", { type: "search", id: "copy-code", maxlength: 60, autocomplete: "off", "data-field": "copy", placeholder: "PE 525" });
  input.value = view.copyText ?? "";
  input.addEventListener("input", () => { view.copyText = input.value; });
  const said = el("div", { role: "status", "data-said": "copy" }, view.copyTold ?? []);
  const tell = (...nodes) => {
    view.copyTold = nodes.filter(Boolean);
    const shown = said.isConnected ? said : document.querySelector("[data-said=copy]") ?? said; // the panel may have been drawn anew meanwhile
    shown.replaceChildren(...view.copyTold);
    announce(shown.textContent);
  };
  const line = (text, kind = "quiet") => el("p", { class: kind }, text);

  async function guarded(work) {
    try {
      await work();
    } catch (error) {
      if (error.status === undefined) throw error;
      tell(line(failed(error), "fault"));
    }
  }

  async function copy(title, adding) {
    const { properties } = await get(`/titles/${title.id}/geometry`);
    const whole = groundOf(properties.runs);
    if (!whole.length) return tell(line(t("copyNoCells", { name: kindAndName(title) }), "fault"));
    const { draft, host } = session.now;
    const inside = host ? common(whole, host) : whole;
    if (!inside.length) return tell(line(t("copyOutside", { name: kindAndName(title) }), "fault"));
    const words = t(host ? "copiedPart" : "copied", { name: kindAndName(title), n: number(count(inside)), whole: number(count(whole)) });
    view.copyTold = [line(words)];
    session.change(t("editCopy"), { cells: adding ? union(draft.cells, inside) : inside, lines: null });
    return tell(line(words));
  }

  const choice = (title) => el("li", {}, el("span", {}, kindAndName(title)),
    el("button", { type: "button", class: "plain small", "data-copy": title.id, click: () => guarded(() => copy(title, false)) }, t("copyReplace")),
    el("button", { type: "button", class: "plain small", "data-copy-add": title.id, click: () => guarded(() => copy(title, true)) }, t("copyAdd")));

  function inView() {
    const map = mapItself();
    const extent = map.getView().calculateExtent(map.getSize());
    const seen = tileLayersOf().filter((layer) => layer.get("name") === "titles").flatMap((layer) => layer.getFeaturesInExtent(extent));
    const titles = new Map(seen.filter((feature) => feature.get("id") != null).map((feature) => [feature.get("id"), feature.getProperties()]));
    const sorted = [...titles.values()].sort((a, b) => kindAndName(a).localeCompare(kindAndName(b))).slice(0, MOST_IN_VIEW);
    tell(sorted.length ? el("ul", { class: "choices copies" }, sorted.map(choice)) : line(t("copyNothingInView"), "fault"));
  }

  async function find() {
    const found = (await get("/search", { q: input.value.trim(), limit: SHOWN })).results;
    if (!found.length) return tell(line(t("copyNone", { q: input.value }), "fault"));
    return tell(el("ul", { class: "choices copies" }, found.map(choice)));
  }

  const form = el("form", { class: "form copy", submit: (event) => {
    event.preventDefault();
    if (input.value.trim()) guarded(find);
  } }, el("label", { for: "copy-code" }, t("copyCode")), input, el("div", { class: "actions left" }, el("button", { class: "plain", "data-do": "copy-find" }, t("copyFind")),
      el("button", { type: "button", class: "plain", "data-do": "copy-in-view", click: inView }, t("copyInView"))), said);
  const details = el("details", { class: "coordinates", open: view.copyOpen }, el("summary", {}, t("copyTitle")), form);
  details.addEventListener("toggle", () => { view.copyOpen = details.open; });
  return details;
}
