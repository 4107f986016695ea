// Downloads by province: small archives, their size, their checksum, how to cite them.

import { get } from "../api.js";
import { el, stylesheet } from "../dom.js";
import { addTexts, day, number, t } from "../i18n.js";
import { focusPanel, openFault, openLoading, openPanel, plainHeading } from "../panel.js";
import { TEXTS_OF_FILES } from "./downloads_texts.js";

addTexts(TEXTS_OF_FILES);
stylesheet("card");
stylesheet("files");

const whereOf = (item) => [item.province ?? t("outsideProvinces"), item.parts > 1 && t("partOf", item)].filter(Boolean).join(", ");

function contentOf({ grounds }) {
  if (grounds === 0) return t("noGrounds");
  return t(grounds === 1 ? "groundsCountOne" : "groundsCount", { n: number(grounds) });
}

function row(item) {
  const size = t("kilobytes", { n: number(Math.max(1, Math.round(item.bytes / 1000))) });
  return el("tr", {}, el("th", { scope: "row" }, whereOf(item)), el("td", {}, contentOf(item)),
    el("td", { class: "num" }, el("a", { class: "file", href: item.href, download: item.name, "aria-label": `${whereOf(item)}, zip, ${size}` }, `zip, ${size}`)));
}

function table(items) {
  const head = ["province", "content", "file"].map((key) => el("th", { scope: "col" }, t(key)));
  return el("table", { class: "table" }, el("thead", {}, el("tr", {}, head)), el("tbody", {}, items.map(row)));
}

const sums = (items) => el("details", {}, el("summary", {}, t("checksums")),
  el("dl", { class: "sums" }, items.flatMap((item) => [el("dt", {}, item.name), el("dd", {}, item.sha256)])));

function body({ on, revision, licence, demonstration, items }) {
  const said = { on: day(on), revision: number(revision) };
  return [
    el("p", {}, t("downloadsWhat", said)),
    demonstration && el("p", { class: "chip warn" }, t("downloadsDemo")),
    el("p", { class: "quiet" }, t("downloadsLicence", { licence: licence ?? t("licenceNotStated") })),
    table(items),
    el("p", { class: "quiet" }, t("downloadsResume")),
    el("h3", {}, t("howToCite")),
    el("p", { class: "quiet" }, t("citation", { ...said, where: `[${t("whereCitation")}]`, sum: "[…]" })),
    sums(items),
  ].filter(Boolean);
}

/** Open the list of downloads. */
export async function openDownloads() {
  openLoading(openDownloads);
  try {
    const found = await get("/downloads");
    const draw = () => openPanel(plainHeading(t("downloads")), body(found), draw);
    draw();
    focusPanel();
  } catch (error) {
    if (error.status === undefined) throw error;
    openFault(error);
  }
}
