// The receipt of an objection, and what became of it, for whoever has its two codes.

import { ask } from "../api.js";
import { el } from "../dom.js";
import { day, instant, t } from "../i18n.js";
import { announce, sentenceOf } from "../notice.js";
import { closePanel, focusPanel, holdPanel, openPanel, plainHeading } from "../panel.js";

const STATES = { received: "objectionReceived", admissible: "objectionAdmissible", not_admissible: "objectionRefused", under_examination: "objectionExamined", answered: "objectionAnswered", withdrawn: "objectionWithdrawn" };

/** Show the receipt of an objection that has just arrived; its codes are shown once, so it stays until it is put away. */
export function openReceipt(receipt) {
  const codes = `${t("receiptReference")} : ${receipt.reference}\n${t("receiptSecret")} : ${receipt.secret}`;
  const copy = async () => {
    await navigator.clipboard.writeText(codes);
    announce(t("copied"));
  };
  const draw = () => openPanel(plainHeading(t("receiptTitle")), [
    el("p", {}, t("receiptKeep")),
    el("dl", { class: "codes" }, el("dt", {}, t("receiptReference")), el("dd", { "data-code": "reference" }, receipt.reference),
      el("dt", {}, t("receiptSecret")), el("dd", { "data-code": "secret" }, receipt.secret)),
    el("p", { class: "quiet" }, t("receiptAt", { at: instant(receipt.received_at) })),
    receipt.late && el("p", { class: "chip warn" }, t("receiptLate")),
    el("p", { class: "quiet break" }, `${t("receiptDigest")} : ${receipt.digest}`),
    el("div", { class: "actions left" },
      navigator.clipboard && el("button", { type: "button", class: "primary", click: copy }, t("copyCodes")),
      el("button", { type: "button", class: "plain", click: () => print() }, t("printIt")),
      el("button", { type: "button", class: "plain", "data-do": "receipt-follow", click: () => put(openFollowing) }, t("followOne")),
      el("button", { type: "button", class: "plain", "data-do": "receipt-noted", click: () => put(closePanel) }, t("codesNoted"))),
  ].filter(Boolean), draw);
  const release = holdPanel(draw);
  const put = (next) => {
    release();
    next();
  };
  draw();
  focusPanel();
}

/** Ask for the two codes of an objection. */
export function openFollowing() {
  const view = { reference: "", secret: "", fault: null, found: null };
  const field = (name, label) => {
    const input = el("input", { id: `follow-${name}`, maxlength: 100, required: true, autocomplete: "off", spellcheck: false, autocapitalize: "characters" });
    input.value = view[name];
    input.addEventListener("input", () => { view[name] = input.value.trim(); });
    return [el("label", { for: `follow-${name}` }, t(label)), input];
  };
  const draw = () => openPanel(plainHeading(t("followTitle")), [
    el("form", { class: "form", submit: show }, field("reference", "receiptReference"), field("secret", "receiptSecret"),
      view.fault && el("p", { class: "fault", role: "alert" }, view.fault()),
      el("div", { class: "actions left" }, el("button", { class: "primary", "data-do": "show-objection" }, t("followShow")))),
    view.found && told(view.found),
  ].filter(Boolean), draw);

  const claimed = (path, method = "GET") => ask(`/objections/${encodeURIComponent(view.reference)}${path}`, { method, headers: { "X-Objection-Secret": view.secret } });

  async function show(event) {
    event?.preventDefault();
    try {
      view.found = await claimed("");
      view.fault = null;
    } catch (error) {
      if (error.status === undefined) throw error;
      view.found = null;
      view.fault = () => (error.status === 404 ? t("followWrong") : sentenceOf(error));
    }
    draw();
  }

  function told(objection) {
    const steps = objection.steps.map((step) => el("li", {}, [day(step.at.slice(0, 10)), t(STATES[step.state] ?? step.state), step.public_text, step.private_text].filter(Boolean).join(" · ")));
    const withdraw = async () => {
      if (!confirm(t("withdrawSure"))) return;
      view.found = await claimed("/withdrawal", "POST");
      draw();
    };
    return el("section", {}, el("h3", {}, t("stateOfObjection", { state: t(STATES[objection.state] ?? objection.state) })), el("p", { class: "break" }, objection.reason), el("ul", { class: "papers" }, steps),
      ["answered", "withdrawn"].includes(objection.state) ? null : el("button", { type: "button", class: "plain", click: withdraw }, t("withdrawObjection")));
  }

  draw();
  focusPanel();
}
