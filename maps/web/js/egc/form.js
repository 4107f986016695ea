// A question in a dialog: fields, and what is sent; a refusal is told in the dialog, and nothing is lost.

import { el } from "../dom.js";
import { t } from "../i18n.js";
import { sentenceOf } from "../notice.js";

/** Return a labelled field: { name, label, type, choices, required, value, …attributes }. */
function fieldOf({ name, label, type = "text", choices = null, value = "", ...more }) {
  const id = `ask-${name}`;
  const attributes = { id, name, "data-field": name, autocomplete: "off", ...more };
  const input = choices
    ? el("select", { class: "filter", ...attributes }, choices.map(([code, text]) => el("option", { value: code, selected: String(code) === String(value) }, text)))
    : type === "area" ? el("textarea", { rows: 3, ...attributes }) : el("input", { type, ...attributes });
  if (!choices) input.value = value;
  return [el("label", { for: id }, label), input];
}

/** Ask in a dialog; `send(values)` is awaited, and its refusal shown. `done(answer)` follows. */
export function askInDialog({ title, note = null, fields, go, send, done }) {
  const fault = el("p", { class: "fault", role: "alert", hidden: true });
  const submit = el("button", { class: "primary", "data-do": "send" }, go);
  const form = el("form", { class: "form", submit: async (event) => {
    event.preventDefault();
    submit.disabled = true;
    fault.hidden = true;
    try {
      const answer = await send(Object.fromEntries(new FormData(form)));
      dialog.close();
      done(answer);
    } catch (error) {
      if (error.status === undefined) throw error;
      fault.textContent = [sentenceOf(error), error.detail].filter(Boolean).join(" ");
      fault.hidden = false;
    } finally {
      submit.disabled = false;
    }
  } }, el("h2", { id: "ask-title" }, title), note && el("p", { class: "quiet" }, note), fields.map(fieldOf), fault,
  el("div", { class: "actions" }, el("button", { type: "button", class: "plain", click: () => dialog.close() }, t("cancel")), submit));
  const dialog = el("dialog", { class: "wide", "aria-labelledby": "ask-title", close: () => dialog.remove() }, form);
  document.body.append(dialog);
  dialog.showModal();
}
