// The applicant of a paper filing: found by a part of the name, or entered by the cadastre.

import { get, post } from "../api.js";
import { el } from "../dom.js";
import { t } from "../i18n.js";
import { announce } from "../notice.js";
import { faultPlace, whyRefused } from "./paper_words.js";

const FOUND = 20;

/** Return the fields; what is chosen is kept in `typed` as { party, partyName }. */
export function applicantFields(typed) {
  const [fault, say] = faultPlace();
  const answers = el("div", { class: "paper-found" });
  const input = el("input", { id: "paper-applicant", name: "applicant", type: "text", minlength: 2, maxlength: 100, autocomplete: "off", keydown: byEnter });
  input.value = typed.q;
  input.addEventListener("input", () => {
    typed.q = input.value;
  });

  function byEnter(event) {
    if (event.key !== "Enter") return;
    event.preventDefault();
    search();
  }

  function choose({ id, name }) {
    Object.assign(typed, { party: id, partyName: name });
    show();
  }

  async function trying(work) {
    say(null);
    try {
      await work();
    } catch (error) {
      if (error.status === undefined) throw error;
      say(whyRefused(error));
    }
  }

  const search = () => typed.q.trim().length > 1 && trying(async () => {
    typed.found = await get("/parties/search", { q: typed.q.trim(), limit: FOUND });
    show();
    if (typed.found.length) answers.querySelector("select").focus();
    else announce(t("paperNoParty"));
  });

  const enter = (name) => trying(async () => choose(await post("/parties", { name })));

  function choice() {
    const options = [{ id: "", name: t("paperPick") }, ...typed.found].map(({ id, name }) => el("option", { value: id, selected: id === typed.party }, name));
    const select = el("select", { id: "paper-party", name: "party", change: () => {
      const found = typed.found.find(({ id }) => String(id) === select.value);
      Object.assign(typed, { party: found?.id ?? null, partyName: found?.name ?? "" });
      told.textContent = typed.party ? t("paperApplicantIs", { name: typed.partyName }) : "";
    } }, options);
    return [el("label", { for: "paper-party" }, t("paperChoose")), select];
  }

  const told = el("p", { class: "quiet", role: "status", "data-paper": "applicant" });

  function show() {
    told.textContent = typed.party ? t("paperApplicantIs", { name: typed.partyName }) : "";
    const name = typed.q.trim();
    const unknown = typed.found && !typed.found.some((one) => one.name.toLowerCase() === name.toLowerCase()) && name.length > 1;
    answers.replaceChildren(...[
      typed.found?.length ? choice() : typed.found && el("p", { class: "quiet" }, t("paperNoParty")),
      unknown && el("button", { type: "button", class: "plain small", "data-do": "enter-party", click: () => enter(name) }, t("paperEnterParty", { name })),
    ].flat().filter(Boolean));
  }

  show();
  return [el("label", { for: "paper-applicant" }, t("paperApplicant")),
    el("div", { class: "paper-search" }, input, el("button", { type: "button", class: "plain", "data-do": "find-party", click: search }, t("paperSearch"))),
    answers, told, fault];
}
