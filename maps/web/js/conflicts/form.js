// Small forms in the panel: fields by a list, one request, a refusal said where it was asked.

import { el } from "../dom.js";
import { t } from "../i18n.js";
import { announce, sentenceOf } from "../notice.js";

let serial = 0;

/** Return why the server refused, in its own words. */
export const faultText = (error) => [sentenceOf(error), error.detail].filter(Boolean).join(" ");

function control({ name, type, options, required = true, value }, id) {
  if (type === "select") {
    return el("select", { id, name, required }, options.map(([code, words]) => el("option", { value: code, selected: code === value }, words)));
  }
  if (type === "text") return el("textarea", { id, name, rows: 3, maxlength: 4000, required });
  const input = el("input", { id, name, type: type ?? "text", maxlength: 200, required: type !== "checkbox" && required });
  if (value != null) input.value = value;
  return input;
}

function field(spec) {
  const id = `field-${(serial += 1)}`;
  const label = el("label", { for: id, class: spec.type === "checkbox" ? "check" : null }, spec.label);
  if (spec.type === "checkbox") {
    label.prepend(control(spec, id));
    return label;
  }
  return [label, control(spec, id)];
}

function valuesOf(form, fields) {
  const pairs = fields.map(({ name, type }) => {
    const { value, checked } = form.elements[name];
    return [name, type === "checkbox" ? checked : value.trim() === "" ? null : value];
  });
  return Object.fromEntries(pairs.filter(([, value]) => value !== null));
}

/**
 * Return a folded form: `fields` are { name, label, type, options, required, value }; `send(values)` does it, `done`
 * follows. `name` is for tests and styles.
 */
export function foldedForm({ name, title, fields, send, done, open = false }) {
  const fault = el("p", { class: "fault", role: "alert", hidden: true });
  const button = el("button", { class: "primary", "data-do": `send-${name}` }, t("formSend"));
  const submit = async (event) => {
    event.preventDefault();
    fault.hidden = true;
    button.disabled = true;
    try {
      const answer = await send(valuesOf(event.target, fields));
      announce(t("saved"));
      await done(answer);
    } catch (error) {
      if (error.status === undefined) throw error;
      fault.textContent = faultText(error);
      fault.hidden = false;
    } finally {
      button.disabled = false;
    }
  };
  const form = el("form", { class: "form", submit }, fields.map(field), fault, el("div", { class: "actions left" }, button));
  return el("details", { class: "form-fold", "data-form": name, open }, el("summary", {}, title), form);
}
