// Signing in and out. The cookie is the server's; the page only knows who it is talking for.

import { get, post, remove } from "./api.js";
import { byId } from "./dom.js";
import { onLanguage, t } from "./i18n.js";
import { announce, sentenceOf } from "./notice.js";

let account = null;
let changed = () => {};

/** The role of whoever signed in, null for nobody. The server decides again on each request. */
export const accountRole = () => account?.role ?? null;

/** Is this an official of the cadastre? */
export const isOfficer = () => ["officer", "supervisor", "administrator"].includes(account?.role);

function draw() {
  byId("session-label").textContent = account ? account.name : t("signIn");
  byId("session-button").title = account ? t("signOut") : t("signIn");
  byId("session-button").setAttribute("aria-label", account ? `${account.name}, ${t("signOut")}` : t("signIn"));
}

function become(next) {
  account = next;
  draw();
  changed();
}

async function signIn(event) {
  event.preventDefault();
  const form = byId("session-form");
  byId("session-fault").hidden = true;
  try {
    become(await post("/session", { name: form.elements.name.value, password: form.elements.password.value }));
    byId("session-dialog").close();
    announce(t("signedIn", { name: account.name }));
  } catch (error) {
    if (error.status === undefined) throw error;
    byId("session-fault").textContent = error.status === 401 ? error.message : sentenceOf(error);
    byId("session-fault").hidden = false;
  } finally {
    form.elements.password.value = "";
  }
}

async function signOut() {
  await remove("/session");
  become(null);
  announce(t("signedOut"));
}

/** Make the button and the dialog work; `whenChanged` is called after each change of account. */
export async function startSession(whenChanged) {
  const who = await get("/session");
  account = who.name ? who : null;
  draw();
  changed = whenChanged;
  byId("session-button").addEventListener("click", () => (account ? signOut() : byId("session-dialog").showModal()));
  byId("session-cancel").addEventListener("click", () => byId("session-dialog").close());
  byId("session-form").addEventListener("submit", signIn);
  onLanguage(draw);
}
