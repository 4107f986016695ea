// The legend (which is also the switch of the layers), the list of overlaps, the search.

const MOST_LISTED = 400;
const MOST_FOUND = 12;

function verdictMark(verdict) {
  const mark = element("span", { class: "folio-mark", "aria-hidden": "true" }, verdict.mark);
  mark.style.setProperty("--colour", verdict.colour);
  return mark;
}

function swatch(colour, pattern, dash) {
  const mark = element("span", { class: "folio-swatch" });
  mark.style.setProperty("--colour", colour);
  if (pattern !== "none") mark.style.backgroundImage = `url(${tileFor(pattern, colour).toDataURL()})`;
  if (dash) mark.classList.add("dashed");
  return mark;
}

function switchLine(mark, text, count, checked, onChange) {
  const box = element("input", { type: "checkbox" });
  box.checked = checked;
  box.addEventListener("change", () => onChange(box.checked));
  const number = element("span", { class: "folio-count" }, count === null ? "" : speech.number(count));
  return element("label", { class: "folio-switch" }, box, mark, element("span", { class: "folio-words" }, text), number);
}

function countBy(items, keyOf) {
  const counts = new Map();
  for (const item of items) counts.set(keyOf(item), (counts.get(keyOf(item)) ?? 0) + 1);
  return counts;
}

function legendFor(page) {
  const box = element("div");
  const { data, shownKinds, shownVerdicts } = page;
  const kindCounts = countBy(page.titles, (title) => title.kind.code);
  const verdictCounts = countBy(page.overlaps, (overlap) => overlap.verdict.code);
  if (verdictCounts.size) box.append(element("h3", {}, speech.word("verdicts")));
  for (const verdict of data.style.verdicts) {
    if (!verdictCounts.has(verdict.code)) continue;
    const mark = element("span", { class: "folio-marks" }, verdictMark(verdict), swatch(verdict.colour, verdict.pattern, false));
    const text = speech.label(verdict.label);
    box.append(switchLine(mark, text, verdictCounts.get(verdict.code), shownVerdicts.has(verdict.code), (on) => {
      page.toggle(shownVerdicts, verdict.code, on);
    }));
  }
  box.append(element("h3", {}, speech.word("titles")));
  for (const kind of data.style.kinds) {
    if (!kindCounts.has(kind.code)) continue;
    const text = `${kind.letters || "?"} · ${speech.label(kind.label)}`;
    const mark = swatch(kind.colour, kind.pattern, false);
    box.append(switchLine(mark, text, kindCounts.get(kind.code), shownKinds.has(kind.code), (on) => {
      page.toggle(shownKinds, kind.code, on);
    }));
  }
  if (page.titles.some((title) => title.state.code === "application")) {
    box.append(element("p", { class: "folio-note" }, swatch(data.style.application_colour, "none", true), speech.word("applications")));
  }
  const undrawn = page.titles.filter((title) => !title.shape).length;
  if (undrawn) box.append(element("p", { class: "folio-note" }, speech.word("notDrawn", undrawn)));
  box.append(switchLine(swatch("#c9c4b8", "none", false), speech.word("boundaries"), null, page.baseShown(), (on) => page.showBase(on)));
  return box;
}

function overlapLine(overlap, page) {
  const mark = verdictMark(overlap.verdict);
  const facts = `${cellsOf(overlap)} · ${speech.label(overlap.verdict.label)}`;
  const line = element("button", { type: "button" }, mark, element("span", {}, pairName(overlap), element("small", {}, facts)));
  line.addEventListener("click", () => page.showOverlap(overlap));
  return element("li", {}, line);
}

function overlapList(page) {
  const shown = page.shownOverlaps();
  const list = element("ol", { class: "folio-list" });
  list.append(...shown.slice(0, MOST_LISTED).map((overlap) => overlapLine(overlap, page)));
  const box = element("div", {}, list);
  if (!shown.length) box.append(element("p", { class: "folio-note" }, speech.word("noOverlap")));
  if (shown.length > MOST_LISTED) {
    box.append(element("p", { class: "folio-note" }, speech.word("more", speech.number(shown.length - MOST_LISTED))));
  }
  const hidden = page.overlaps.length - shown.length;
  const word = hidden === 1 ? speech.word("hiddenOverlap") : speech.word("hiddenOverlaps", speech.number(hidden));
  if (hidden) box.append(element("p", { class: "folio-note" }, word));
  return box;
}

// Text as people type it: no accents, no case, no doubled spaces.
function plain(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/\s+/g, " ").trim();
}

function titlesMatching(query, titles) {
  const wanted = plain(query);
  if (!wanted) return [];
  const ranked = [];
  for (const title of titles) {
    const rank = rankOf(title, wanted);
    if (rank !== null) ranked.push([rank, title]);
  }
  ranked.sort((one, other) => one[0] - other[0] || one[1].index - other[1].index);
  return ranked.slice(0, MOST_FOUND).map(([, title]) => title);
}

function rankOf(title, wanted) {
  const code = plain(title.code ?? "");
  const name = plain(nameOf(title));
  if (code === wanted || name === wanted) return 0;
  if (code.startsWith(wanted) || name.startsWith(wanted)) return 1;
  if (plain(title.holders).includes(wanted)) return 2;
  return null;
}

function foundLine(title, choose) {
  const line = element("button", { type: "button" }, nameOf(title), element("small", {}, title.holders));
  line.addEventListener("click", () => choose(title));
  return element("li", {}, line);
}

function bindSearch(page) {
  const input = document.getElementById("folio-query");
  const found = document.getElementById("folio-found");
  const close = () => found.replaceChildren();
  const choose = (title) => {
    close();
    page.showTitle(title);
  };
  input.addEventListener("input", () => {
    const titles = titlesMatching(input.value, page.titles);
    const nothing = plain(input.value) && !titles.length;
    found.replaceChildren(...titles.map((title) => foundLine(title, choose)));
    if (nothing) found.append(element("li", { class: "folio-note" }, speech.word("searchNone")));
  });
  input.form.addEventListener("submit", (event) => {
    event.preventDefault();
    const [first] = titlesMatching(input.value, page.titles);
    if (first) choose(first);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
  });
}
