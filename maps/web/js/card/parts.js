// The parts of a card that are loaded when they are opened: vertices, history, public documents.

import { el, stylesheet } from "../dom.js";
import { t } from "../i18n.js";
import { sentenceOf } from "../notice.js";

/** A part: the module that loads and draws it. */
const PARTS = {
  vertices: () => import("./vertices.js"),
  history: () => import("./history.js"),
  documents: () => import("./documents.js"),
};

let opened = { title: null, names: new Set() };

async function fill(body, name, title) {
  body.replaceChildren(el("p", { class: "quiet" }, t("loading")));
  try {
    const part = await PARTS[name]();
    const answers = (title.answers ??= new Map()); // kept with the card, for another language
    if (!answers.has(name)) answers.set(name, await part.load(title));
    body.replaceChildren(...part.draw(answers.get(name), title).filter(Boolean));
  } catch (error) {
    if (error.status === undefined) throw error;
    body.replaceChildren(el("p", { class: "fault", role: "alert" }, sentenceOf(error)));
  }
}

function part(name, title) {
  const body = el("div", { class: "part-body" });
  const node = el("details", { class: "part", "data-part": name }, el("summary", {}, el("h3", {}, t(`${name}Part`))), body);
  node.addEventListener("toggle", () => {
    if (!node.open) {
      opened.names.delete(name);
      return;
    }
    opened.names.add(name);
    fill(body, name, title);
  });
  node.open = opened.names.has(name);
  return node;
}

/** Return the parts of a title, closed but for those that its reader opened. */
export function partsOf(title) {
  stylesheet("card");
  if (opened.title !== title.id) opened = { title: title.id, names: new Set() };
  return Object.keys(PARTS).map((name) => part(name, title));
}
