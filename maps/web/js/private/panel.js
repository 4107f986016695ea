// A company's own reference layers: send, show, rename, delete. They stay between the company and its server's database.

import { ask, get, postForm, put } from "../api.js";
import { el } from "../dom.js";
import { addTexts, number, t } from "../i18n.js";
import { goTo } from "../map.js";
import { announce, sentenceOf } from "../notice.js";
import { focusPanel, openFault, openLoading, openPanel, plainHeading } from "../panel.js";
import { boundsOf, draw as drawLayer, hide, isDrawn } from "./layers.js";
import { PRIVATE_TEXTS } from "./texts.js";

addTexts(PRIVATE_TEXTS);

/** Return what holds the layers of the company; `redraw` shows it anew. For the panel, and for the editing of ground. */
export function privateSection(view, redraw) {
  if (!view.layers && !view.asked) {
    view.asked = true;
    load(view).then(redraw, (error) => failed(view, error, redraw));
  }
  return el("div", { class: "private" },
    el("p", { class: "quiet" }, t("privateOnly")),
    view.fault && el("p", { class: "fault", role: "alert" }, view.fault()),
    view.layers ? list(view, redraw) : el("p", { class: "quiet" }, t("loading")));
}

async function load(view) {
  [view.layers, view.titles] = await Promise.all([get("/private-layers"), view.titles ?? get("/own-titles")]);
}

function failed(view, error, redraw) {
  if (error.status === undefined) throw error;
  view.fault = () => [sentenceOf(error), error.detail].filter(Boolean).join(" ");
  redraw();
}

async function guarded(view, redraw, work) {
  view.fault = null;
  try {
    await work();
    redraw();
  } catch (error) {
    failed(view, error, redraw);
  }
}

function list(view, redraw) {
  const line = (layer) => {
    const box = el("input", { type: "checkbox", "data-private": layer.id, change: () => guarded(view, redraw, async () => {
      if (!box.checked) return hide(layer.id);
      await drawLayer(layer.id);
      return goTo(boundsOf(layer.id));
    }) });
    box.checked = isDrawn(layer.id);
    return el("li", {}, el("label", { class: "layer plain-layer" }, box, el("span", { class: "name" }, layer.name), el("span", { class: "count" }, number(layer.features))));
  };
  return view.layers.length ? el("ul", { class: "rows" }, view.layers.map(line)) : el("p", { class: "empty" }, t("privateNone"));
}

function rename(view, layer, redraw) {
  const input = el("input", { id: "private-name", maxlength: 120, required: true });
  input.value = layer.name;
  const dialog = el("dialog", { "aria-labelledby": "private-rename", close: () => {
    const name = input.value.trim();
    dialog.remove();
    if (dialog.returnValue === "yes" && name) guarded(view, redraw, async () => {
      await put(`/private-layers/${layer.id}`, { name });
      await load(view);
    });
  } }, el("form", { method: "dialog", class: "form" }, el("h2", { id: "private-rename" }, t("privateRename")), el("label", { for: "private-name" }, t("privateName")), input,
    el("div", { class: "actions" }, el("button", { type: "button", class: "plain", click: () => dialog.close("no") }, t("cancel")), el("button", { class: "primary", value: "yes" }, t("apply")))));
  document.body.append(dialog);
  dialog.showModal();
}

function erase(view, layer, redraw) {
  const dialog = el("dialog", { "aria-labelledby": "private-delete", close: () => {
    dialog.remove();
    if (dialog.returnValue === "yes") guarded(view, redraw, async () => {
      await ask(`/private-layers/${layer.id}`, { method: "DELETE" });
      hide(layer.id);
      await load(view);
      announce(t("privateGone", { name: layer.name }));
    });
  } }, el("form", { method: "dialog" }, el("h2", { id: "private-delete" }, t("privateSure", { name: layer.name })),
    el("div", { class: "actions" }, el("button", { class: "plain", value: "no" }, t("cancel")), el("button", { class: "primary", value: "yes", "data-do": "private-delete-yes" }, t("privateDelete")))));
  document.body.append(dialog);
  dialog.showModal();
}

function managing(view, redraw) {
  if (!view.layers?.length) return null;
  const buttons = (layer) => el("li", {}, el("span", {}, layer.name, " ", el("span", { class: "quiet" }, layer.file)),
    el("button", { type: "button", class: "plain small", "data-rename": layer.id, click: () => rename(view, layer, redraw) }, t("privateRename")),
    el("button", { type: "button", class: "plain small", "data-erase": layer.id, click: () => erase(view, layer, redraw) }, t("privateDelete")));
  return el("details", {}, el("summary", {}, t("privateManage")), el("ul", { class: "choices copies" }, view.layers.map(buttons)));
}

function sending(view, redraw) {
  const parties = [...new Set((view.titles ?? []).flatMap((title) => title.party_ids))];
  if (view.titles && !parties.length) return el("p", { class: "empty" }, t("privateNoParty"));
  const name = el("input", { id: "private-new", maxlength: 120, required: true, autocomplete: "off" });
  const file = el("input", { type: "file", id: "private-file", required: true });
  return el("form", { class: "form", submit: (event) => {
    event.preventDefault();
    const form = new FormData();
    form.append("party_id", parties[0]);
    form.append("name", name.value.trim());
    form.append("upload", file.files[0]);
    guarded(view, redraw, async () => {
      const kept = await postForm("/private-layers", form);
      await load(view);
      await drawLayer(kept.id);
      goTo(boundsOf(kept.id));
      announce(t("privateKept", { n: number(kept.features) }));
    });
  } }, el("h3", {}, t("privateNew")), el("label", { for: "private-new" }, t("privateName")), name, el("label", { for: "private-file" }, t("privateFile")), file,
    el("div", { class: "actions left" }, el("button", { class: "primary", "data-do": "private-send" }, t("privateSend"))));
}

/** Open the panel of the private layers. */
export async function openPrivateLayers() {
  openLoading(openPrivateLayers);
  const view = {};
  const draw = () => openPanel(plainHeading(t("privateLayers")), [privateSection(view, draw), managing(view, draw), view.layers && sending(view, draw)].filter(Boolean), draw);
  try {
    await load(view);
    draw();
    focusPanel();
  } catch (error) {
    if (error.status === undefined) throw error;
    openFault(error);
  }
}
