// What a file asks for beside its carrés, as a form; one change of a field is one edit.

import { el } from "../dom.js";
import { t } from "../i18n.js";

const FIELDS = {
  route_a: [["name", "zoneName", "text"], ["substances", "substances", "codes"]],
  route_b: [["substances", "substances", "codes"], ["agreement_reference", "agreementReference", "text"],
    ["agreement_on", "agreementOn", "date"], ["starts_on", "startsOn", "date"], ["ends_on", "endsOn", "date"]],
  work_area: [["substances", "substances", "codes"], ["ends_on", "endsOn", "date"]],
  portion: [["substances", "substances", "codes"], ["ends_on", "endsOn", "date"]],
  art_109: [["name", "zoneName", "text"], ["substances", "substances", "codes"]],
};

const shown = (value, sort) => (sort === "codes" ? (value ?? []).join(", ") : (value ?? ""));

function read(text, sort) {
  if (sort !== "codes") return text === "" ? null : text;
  const codes = text.split(/[\s,;]+/).filter(Boolean);
  return codes.length ? codes : null;
}

/** Return the form of a subject; `session.now.draft.facts` is the content that goes to the server. */
export function factsForm(session, subject) {
  const { facts } = session.now.draft;
  const field = ([name, label, sort]) => {
    const input = el("input", { type: sort === "date" ? "date" : "text", id: `fact-${name}`, maxlength: 200, "data-field": name, "data-typed": true, autocomplete: "off" });
    input.value = shown(facts[name], sort);
    input.addEventListener("change", () => session.change(t("editFacts"), { facts: Object.freeze({ ...session.now.draft.facts, [name]: read(input.value, sort) }) }));
    return [el("label", { for: `fact-${name}` }, t(label)), input];
  };
  return el("section", { class: "form" }, el("h3", {}, t("factsTitle")), (FIELDS[subject] ?? []).map(field),
    subject === "route_b" && el("p", { class: "quiet" }, t("transfersNothing")));
}
