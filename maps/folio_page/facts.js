// What a popup says. Text enters by textContent only: names and codes are untrusted.

function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

const LONGEST_CODE = 40;

// "PE 4960" for code 4960 of a PE; a code that already says its kind stays as it is.
function nameOf(title) {
  const letters = title.kind.letters;
  if (!title.code) return `${letters || "?"} (${speech.word("noCode")})`;
  const code = title.code.length > LONGEST_CODE ? `${title.code.slice(0, LONGEST_CODE)}…` : title.code;
  return code.toUpperCase().startsWith(letters) ? code : `${letters} ${code}`;
}

function factList(pairs) {
  const list = element("dl");
  for (const [word, value] of pairs) {
    if (value) list.append(element("dt", {}, speech.word(word)), element("dd", {}, value));
  }
  return list;
}

function extentOf(title) {
  return title.exact ? speech.word("cells", speech.number(title.cells)) : speech.word("offLattice");
}

function dayOrNothing(iso) {
  return iso ? speech.day(iso) : "";
}

function titleFacts(title, style) {
  const heading = element("h3", {}, nameOf(title));
  heading.append(element("small", {}, speech.label(title.kind.label)));
  const procedure = title.procedure === "none" ? "" : speech.label(style.procedures[title.procedure]);
  return element("section", { class: "folio-title" }, heading, factList([
    ["state", speech.label(title.state.label)],
    ["procedure", procedure],
    ["holders", title.holders],
    ["minerals", title.minerals],
    ["granted", dayOrNothing(title.granted)],
    ["expires", dayOrNothing(title.expires)],
    ["extent", extentOf(title)],
    ["source", speech.word("row", title.file, speech.number(title.row))],
  ]));
}

function verdictBadge(verdict) {
  const badge = element("span", { class: "folio-verdict" }, `${verdict.mark} ${speech.label(verdict.label)}`);
  badge.style.setProperty("--colour", verdict.colour);
  return badge;
}

function pairName(overlap) {
  const [first, second] = overlap.upper === "b" ? [overlap.b, overlap.a] : [overlap.a, overlap.b];
  const joint = overlap.upper ? speech.word("on") : "×";
  return `${nameOf(first)} ${joint} ${nameOf(second)}`;
}

function cellsOf(overlap) {
  return overlap.exact
    ? speech.word("cells", speech.number(overlap.cells))
    : speech.word("cellsAbout", speech.number(overlap.cells, 2));
}

function overlapFacts(overlap, confidences) {
  const confidence = confidences[overlap.confidence];
  const shares = speech.word(
    "shares", speech.percent(overlap.shareA), nameOf(overlap.a),
    speech.percent(overlap.shareB), nameOf(overlap.b),
  );
  return element(
    "section", { class: "folio-overlap" },
    element("h3", {}, pairName(overlap)), verdictBadge(overlap.verdict),
    factList([
      ["shared", cellsOf(overlap)],
      ["legal", overlap.legalHa === null ? "" : `${speech.number(overlap.legalHa, 2)} ha`],
      ["ellipsoid", `${speech.number(overlap.trueHa, 2)} ha`],
      ["part", shares],
      ["article", overlap.article],
      ["confidence", confidence ? speech.label(confidence) : overlap.confidence],
      ["why", speech.label(overlap.message)],
    ]),
  );
}

const MOST_SECTIONS = 8;

function popupContent(titles, overlaps, style) {
  const box = element("div", { class: "folio-popup" });
  if (!titles.length && !overlaps.length) box.append(speech.word("nothingHere"));
  if (overlaps.length) box.append(element("h2", {}, speech.word("overlapsHere", overlaps.length)));
  box.append(...overlaps.slice(0, MOST_SECTIONS).map((overlap) => overlapFacts(overlap, style.confidences)));
  if (titles.length) box.append(element("h2", {}, speech.word("titlesHere", titles.length)));
  box.append(...titles.slice(0, MOST_SECTIONS).map((title) => titleFacts(title, style)));
  const left = Math.max(titles.length - MOST_SECTIONS, 0) + Math.max(overlaps.length - MOST_SECTIONS, 0);
  if (left) box.append(element("p", {}, speech.word("moreHere", left)));
  return box;
}
