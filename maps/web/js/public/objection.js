// An objection in three steps, without an account. What is written stays on this device until it has
// arrived, under a number drawn once, so that sending again after a lost connection makes no second.

import { post } from "../api.js";
import { byId, el } from "../dom.js";
import { dms } from "../grid.js";
import { current, t } from "../i18n.js";
import { markPlace, onPlace } from "../map.js";
import { announce, sentenceOf } from "../notice.js";
import { focusPanel, holdPanel, openPanel, plainHeading } from "../panel.js";
import { openReceipt } from "./following.js";

const LANGUAGES = [["fr", "Français"], ["en", "English"], ["sw", "Kiswahili"], ["ln", "Lingála"], ["kg", "Kikongo"], ["lua", "Tshiluba"], ["lub", "Kiluba"]];
const keyOf = (notice) => `mabele.objection.${notice.id}`;

function kept(notice) {
  try {
    return JSON.parse(localStorage.getItem(keyOf(notice)));
  } catch {
    return null;
  }
}

function keep(notice, draft) {
  try {
    if (draft) localStorage.setItem(keyOf(notice), JSON.stringify(draft));
    else localStorage.removeItem(keyOf(notice));
  } catch {
    // it then lasts as long as the page
  }
}

// A random UUID (version 4); crypto.randomUUID is there on secure pages only.
function drawnOnce() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

const begun = () => ({ client_key: drawnOnce(), reason: "", language: current(), words: "", point: null, name: "", contact: "" });

/** Begin, or take up, an objection to a notice; `back()` is called when it is given up. */
export function openObjection(notice, back) {
  const draft = kept(notice) ?? begun();
  const view = { step: 1, fault: null, sending: false };
  const change = (more) => {
    Object.assign(draft, more);
    keep(notice, draft);
  };

  const text = (name, label, more = {}) => {
    const input = el(more.rows ? "textarea" : "input", { id: `objection-${name}`, "data-field": name, ...more });
    input.value = draft[name];
    input.addEventListener("input", () => change({ [name]: input.value }));
    return [el("label", { for: `objection-${name}` }, t(label)), input];
  };

  function language() {
    const select = el("select", { id: "objection-language", change: (event) => change({ language: event.target.value }) },
      [...LANGUAGES, ["other", t("otherLanguage")]].map(([code, name]) => el("option", { value: code, selected: draft.language === code }, name)));
    return [el("label", { for: "objection-language" }, t("objectLanguage")), select];
  }

  function why() {
    return [el("p", { class: "quiet" }, t("objectWhyHelp")), text("reason", "objectWhy", { rows: 7, maxlength: 10000, required: true }), language()];
  }

  function where() {
    const marked = draft.point ? t("objectPoint", { place: dms(draft.point, current()) }) : t("objectNoPoint");
    return [el("p", { class: "quiet" }, t("objectWhereHelp")), el("p", { role: "status" }, marked),
      draft.point && el("button", { type: "button", class: "plain small", click: () => place(null) }, t("objectUnpoint")),
      text("words", "objectWords", { rows: 3, maxlength: 1000 })];
  }

  function who() {
    return [el("p", { class: "quiet" }, t("objectWhoHelp")), text("name", "objectName", { maxlength: 200, autocomplete: "name" }),
      text("contact", "objectContact", { maxlength: 500, autocomplete: "off" })];
  }

  const STEPS = [["objectWhy", why], ["objectWhere", where], ["objectWho", who]];

  function draw() {
    const [title, body] = STEPS[view.step - 1];
    const last = view.step === STEPS.length;
    openPanel(plainHeading(t(title)), [
      el("p", { class: "quiet" }, t("stepOf", { n: view.step })),
      el("form", { class: "form", submit: onward }, body(),
        view.fault && el("p", { class: "fault", role: "alert" }, view.fault()),
        el("div", { class: "actions left" },
          el("button", { type: "button", class: "plain", "data-do": "previous", click: () => (view.step === 1 ? giveUp() : go(view.step - 1)) }, t(view.step === 1 ? "cancel" : "previous")),
          el("button", { class: "primary", "data-do": last ? "send" : "next", disabled: view.sending }, t(view.sending ? "sending" : last ? "send" : "next")))),
    ], draw);
  }

  function go(step) {
    view.step = step;
    view.fault = null;
    draw();
    byId("panel").querySelector("textarea, input")?.focus();
  }

  function onward(event) {
    event.preventDefault();
    if (view.step < STEPS.length) go(view.step + 1);
    else send();
  }

  function place(point) {
    if (view.step !== 2 && point) return;
    change({ point });
    markPlace(point);
    draw();
  }

  async function send() {
    view.sending = true;
    view.fault = null;
    draw();
    const words = draft.words.trim();
    const where_ = draft.point ? { point: draft.point } : words ? { words } : null;
    const reason = draft.point && words ? `${draft.reason}\n\n${t("objectWords")} : ${words}` : draft.reason;
    const body = { client_key: draft.client_key, reason, language: draft.language, place: where_, name: draft.name.trim() || null, contact: draft.contact.trim() || null };
    try {
      const receipt = await post(`/notices/${notice.id}/objections`, body);
      keep(notice, null);
      leave();
      announce(t("receiptTitle"));
      openReceipt(receipt);
    } catch (error) {
      if (error.status === undefined) throw error;
      view.sending = false;
      view.fault = () => (error.status === 0 ? t("sendAgain") : sentenceOf(error));
      draw();
    }
  }

  const release = holdPanel(draw);
  const stopPlacing = onPlace(place);

  function leave() {
    release();
    stopPlacing();
    markPlace(null);
  }

  function giveUp() {
    leave();
    back();
  }

  markPlace(draft.point);
  draw();
  focusPanel();
}
