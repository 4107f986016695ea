// Entering a filing received on paper: who asks, for what, when it was received, why it is entered now, the scan.

import { get } from "../api.js";
import { el, stylesheet } from "../dom.js";
import { pick, t } from "../i18n.js";
import { focusPanel, openFault, openLoading, openPanel, plainHeading } from "../panel.js";
import { kinds } from "../style.js";
import { drawGroundOf } from "./paper_draw.js";
import { applicantFields } from "./paper_party.js";
import { bothTimes, faultPlace, instantOf, ZONES } from "./paper_words.js";

const ENTERED = { title: ["new"] }; // what the register takes on paper and this form can state in full
const RIGHTS = ["PR", "PE", "PEPM", "PER", "AECP"];
const NOTHING = { q: "", found: null, party: null, partyName: "", file: "title/new", right: "", substances: "", term: "", declared: "", day: "", hour: "", zone: "", reason: "", scan: null };

let typed = { ...NOTHING }; // stays while the page stays, whatever else the panel shows

/** Forget what was typed, once it is in the register. */
export const forgetTyped = () => {
  typed = { ...NOTHING };
};

function kept(name, input) {
  input.value = typed[name];
  const keep = () => {
    typed[name] = input.value;
  };
  input.addEventListener("input", keep);
  input.addEventListener("change", keep);
  return input;
}

const labelled = (name, label, input) => [el("label", { for: `paper-${name}` }, label), input];
const field = (name, label, attributes) => labelled(name, t(label), kept(name, el("input", { id: `paper-${name}`, name, autocomplete: "off", ...attributes })));

function choice(name, label, options) {
  const all = options.length > 1 ? [["", t("paperPick")], ...options] : options;
  return labelled(name, t(label), kept(name, el("select", { id: `paper-${name}`, name, required: true }, all.map(([code, words]) => el("option", { value: code }, words)))));
}

function filesOf(machines) {
  return machines.filter(({ machine, may_open: may }) => may && ENTERED[machine]).flatMap(({ machine, label, subjects }) =>
    ENTERED[machine].filter((code) => subjects[code]).map((code) => [`${machine}/${code}`, `${pick(label)} · ${pick(subjects[code])}`]));
}

function rights() {
  return kinds().filter(({ code }) => RIGHTS.includes(code)).map(({ code, label }) => [code, `${code} · ${pick(label)}`]);
}

function scanField() {
  const input = el("input", { id: "paper-scan", name: "scan", type: "file", accept: "application/pdf,image/jpeg,image/png,image/tiff", required: true });
  if (typed.scan) {
    const carried = new DataTransfer();
    carried.items.add(typed.scan);
    input.files = carried.files;
  }
  input.addEventListener("change", () => {
    typed.scan = input.files[0] ?? null;
  });
  return labelled("scan", t("paperScan"), input);
}

function receipt() {
  const means = el("p", { class: "quiet", role: "status", "data-paper": "means" });
  const tell = () => {
    const at = instantOf(typed);
    means.textContent = at ? t("paperMeans", { both: bothTimes(at) }) : "";
  };
  tell();
  return el("fieldset", { class: "paper-receipt", input: tell, change: tell }, el("legend", {}, t("paperReceived")),
    field("day", "paperDay", { type: "date", required: true }), field("hour", "paperHour", { type: "time", required: true }),
    choice("zone", "paperZone", Object.entries(ZONES).map(([code, [, words]]) => [code, t(words)])),
    el("p", { class: "quiet" }, t("paperZoneHelp")), means);
}

function form(machines) {
  const [fault, say] = faultPlace();
  const reason = kept("reason", el("textarea", { id: "paper-reason", name: "reason", rows: 3, maxlength: 4000, required: true }));
  const submit = (event) => {
    event.preventDefault();
    if (!typed.party) return refuse("paperNeedsApplicant", "#paper-applicant");
    if (new Date(instantOf(typed)) > new Date()) return refuse("paperFuture", "#paper-day");
    say(null);
    return drawGroundOf({ ...typed, received: instantOf(typed) });
  };
  const refuse = (key, where) => {
    say(t(key));
    node.querySelector(where).focus();
  };
  const node = el("form", { class: "form paper-form", submit },
    choice("file", "paperKindOfFile", filesOf(machines)), el("p", { class: "quiet" }, t("paperOnlyTitles")),
    applicantFields(typed),
    choice("right", "paperRight", rights()),
    field("substances", "substances", { type: "text", maxlength: 200, pattern: "[A-Za-z0-9_\\-]+([\\s,;]+[A-Za-z0-9_\\-]+)*" }),
    field("term", "paperTerm", { type: "number", min: 1, max: 99, step: 1 }), field("declared", "paperDeclared", { type: "number", min: 0, step: 1 }),
    receipt(), labelled("reason", t("paperReason"), reason), scanField(), fault,
    el("div", { class: "actions left" }, el("button", { class: "primary", "data-do": "draw-paper" }, t("paperDraw"))));
  return node;
}

const back = async () => (await import("./paper.js")).openPaper();

/** Open the form; what was typed before is in it. */
export async function openForm() {
  stylesheet("paper");
  openLoading(openForm);
  try {
    const machines = await get("/machines");
    const draw = () => openPanel(plainHeading(t("paperNew")), [
      el("div", { class: "actions left" }, el("button", { type: "button", class: "plain small", "data-do": "back-to-paper", click: back }, t("paperBack"))),
      form(machines)], draw);
    draw();
    focusPanel();
  } catch (error) {
    if (error.status === undefined) throw error;
    openFault(error);
  }
}
