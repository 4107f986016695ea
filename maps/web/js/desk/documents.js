// The documents of a file, and adding one.

import { postForm } from "../api.js";
import { el } from "../dom.js";
import { pick, t } from "../i18n.js";

const ALWAYS = ["evidence", "other"];

/** Return the kinds that the next steps ask for, and the two that fit always: [code, words]. */
function kindsOf(file) {
  const needed = file.actions.flatMap((action) => action.needs.map((kind, at) => [kind, pick(action.needs_labels[at])]));
  return [...new Map([...needed, ...ALWAYS.map((kind) => [kind, t(kind)])])];
}

/** Return the section; `attempt(work, words)` does something and draws the file anew. */
export function documentsOf(file, attempt) {
  const lines = file.documents.map((one) => el("li", {}, el("a", { href: `/api/v1/files/${file.id}/documents/${one.id}` }, one.name), " ", el("span", { class: "quiet" }, `${pick(one.label)} · SHA-256 ${one.sha256.slice(0, 12)}…`)));
  const kind = el("select", { id: "document-kind", class: "filter", "aria-label": t("documentKind") }, kindsOf(file).map(([code, words]) => el("option", { value: code }, words)));
  const input = el("input", { type: "file", id: "document-file", accept: "application/pdf,image/*", "aria-label": t("documentFile"), change: () => {
    const form = new FormData();
    form.append("kind", kind.value);
    form.append("document", input.files[0]);
    attempt(() => postForm(`/files/${file.id}/documents`, form), t("saved"));
  } });
  return el("section", {}, el("h3", {}, t("documents")),
    lines.length ? el("ul", { class: "papers" }, lines) : el("p", { class: "empty" }, t("noDocuments")),
    el("details", {}, el("summary", {}, t("addDocument")), el("div", { class: "form" }, kind, input)));
}
