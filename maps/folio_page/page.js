// The page: titles and overlaps on the map, and what a person can ask of them.

function foliate(map, data) {
  const { style } = data;
  for (const kind of style.kinds) kind.letters = kind.code === data.unknownKind ? "" : kind.code;
  const styles = { kinds: byCode(style.kinds), states: byCode(style.states), verdicts: byCode(style.verdicts) };
  const titles = data.titles.map((record, index) => titleFrom(record, index, data, styles));
  const overlaps = data.overlaps.map((record) => overlapFrom(record, titles, data, styles));
  const page = {
    map, data, titles, overlaps,
    shownKinds: new Set(style.kinds.filter((kind) => kind.shown).map((kind) => kind.code)),
    shownVerdicts: new Set(style.verdicts.map((verdict) => verdict.code)),
  };
  addLayers(page);
  addAnswers(page);
  addPanels(page);
  map.on("click", (event) => page.askAt(event.latlng));
  map.on("zoomend", () => page.drawOverlaps());
  map.on("moveend", () => page.drawNames());
  fitTo(page);
  page.say();
  page.drawOverlaps();
  requestAnimationFrame(() => {
    document.documentElement.dataset.ready = String(Math.round(performance.now()));
  });
  return page;
}

function addLayers(page) {
  const { map, data } = page;
  const renderers = {
    base: paneRenderer(map, "folioBase", 250),
    titles: paneRenderer(map, "folioTitles", 350),
    overlaps: paneRenderer(map, "folioOverlaps", 420),
  };
  L.control.scale({ imperial: false }).addTo(map);
  map.createPane("folioPlaces").style.zIndex = 380;
  map.attributionControl.setPrefix(false).addAttribution(data.credits);
  const base = addBase(map, data.base, renderers.base);
  page.baseShown = () => map.hasLayer(base);
  page.showBase = (on) => (on ? base.addTo(map) : base.remove());
  page.kindGroups = new Map(data.style.kinds.map((kind) => [kind.code, L.layerGroup()]));
  addTitles(page.titles, page.kindGroups, data.style, renderers.titles);
  for (const [code, group] of page.kindGroups) if (page.shownKinds.has(code)) group.addTo(map);
  page.overlapGroup = L.layerGroup().addTo(map);
  page.nameGroup = L.layerGroup().addTo(map);
  for (const overlap of page.overlaps) {
    if (overlap.shape) overlap.layers = overlapLayer(overlap, renderers.overlaps);
  }
}

function addAnswers(page) {
  const { map, data, titles } = page;
  page.kindShown = (title) => page.shownKinds.has(title.kind.code);
  page.overlapShown = (overlap) =>
    page.shownVerdicts.has(overlap.verdict.code) && page.kindShown(overlap.a) && page.kindShown(overlap.b);
  page.shownOverlaps = () => page.overlaps.filter(page.overlapShown);
  page.askAt = ({ lat, lng }) => {
    const here = titles.filter((title) => title.shape && page.kindShown(title) && holds(title.shape, lat, lng));
    const shared = page.shownOverlaps().filter((overlap) => overlap.shape && holds(overlap.shape, lat, lng));
    page.tell([lat, lng], here, shared);
  };
  page.tell = (at, here, shared) => {
    L.popup(popupRoom(map)).setLatLng(at).setContent(popupContent(here, shared, data.style)).openOn(map);
  };
  page.goTo = (shape) => {
    const { box } = shape;
    map.fitBounds([[box.south, box.west], [box.north, box.east]], { maxZoom: 13, animate: false, ...freeRoom(40) });
  };
  page.showTitle = (title) => {
    if (!title.shape) return;
    page.reveal([title.kind.code]);
    page.goTo(title.shape);
    page.tell(topOf(title.shape), [title], page.shownOverlaps().filter((o) => o.a === title || o.b === title));
  };
  page.showOverlap = (overlap) => {
    const shape = overlap.shape ?? overlap.a.shape;
    page.goTo(shape);
    page.tell(topOf(shape), [overlap.a, overlap.b], [overlap]);
    if (innerWidth < WIDE) document.getElementById("folio-overlaps").open = false;
  };
  page.toggle = (shown, code, on) => {
    if (on) shown.add(code);
    else shown.delete(code);
    page.draw();
  };
  page.reveal = (kinds) => {
    for (const code of kinds) page.shownKinds.add(code);
    page.draw();
  };
  page.draw = () => {
    for (const [code, group] of page.kindGroups) {
      if (page.shownKinds.has(code)) group.addTo(map);
      else group.remove();
    }
    page.drawOverlaps();
    page.drawNames();
    page.sayPanels();
  };
  page.drawOverlaps = () => {
    page.overlapGroup.clearLayers();
    const zoom = map.getZoom();
    const drawn = page.shownOverlaps().filter((overlap) => overlap.shape);
    for (const overlap of drawn.reverse()) {
      const far = pixelsAcross(overlap.shape, zoom) < DOT_BELOW_PIXELS;
      page.overlapGroup.addLayer(far ? overlap.layers.dot : overlap.layers.shape);
    }
  };
  page.drawNames = () => drawNames(page);
}

const WIDE = 700;

// What the panels leave free of the map: they stand at its right, or on a telephone on its top.
function freeRoom(margin) {
  const panels = document.querySelector(".folio-panels").getBoundingClientRect();
  const wide = innerWidth >= WIDE;
  return {
    paddingTopLeft: [margin, wide ? margin : margin + 96],
    paddingBottomRight: [wide ? margin + panels.width : margin, margin],
  };
}

function popupRoom(map) {
  const room = map.getSize();
  const wide = innerWidth >= WIDE;
  const width = Math.min(360, room.x - 50);
  return {
    minWidth: width, maxWidth: width,
    maxHeight: Math.max(150, room.y * (wide ? 0.6 : 0.42)),
    autoPanPaddingTopLeft: [wide ? 60 : 5, wide ? 20 : 105],
    autoPanPaddingBottomRight: [wide ? 360 : 5, 20],
  };
}

const MOST_NAMES = 60;
const NAME_PIXELS = 80;

// Codes are written on the titles that are large enough to carry them.
function drawNames(page) {
  const { map, nameGroup } = page;
  nameGroup.clearLayers();
  const zoom = map.getZoom();
  const view = map.getBounds();
  const named = page.titles.filter(
    (title) =>
      title.shape && page.kindShown(title) && pixelsAcross(title.shape, zoom) > NAME_PIXELS &&
      view.contains(centreOf(title.shape)),
  );
  for (const title of named.slice(0, MOST_NAMES)) {
    const text = element("span", {}, nameOf(title));
    const icon = L.divIcon({ className: "folio-name", html: text, iconSize: null });
    nameGroup.addLayer(L.marker(centreOf(title.shape), { icon, interactive: false, keyboard: false, pane: "folioPlaces" }));
  }
}

// The map opens on the titles that lie in the country, so that a right drawn far away by exchanged
// axes does not make all others small; on all of them where none lies there.
function fitTo(page) {
  const drawn = page.titles.filter((title) => title.shape);
  if (!drawn.length) return;
  const [west, south, east, north] = page.data.home;
  const country = L.latLngBounds([south, west], [north, east]);
  const athome = drawn.filter((title) => country.contains(centreOf(title.shape)));
  const box = L.latLngBounds([]);
  for (const { shape } of athome.length ? athome : drawn) {
    box.extend([shape.box.south, shape.box.west]).extend([shape.box.north, shape.box.east]);
  }
  page.map.fitBounds(box, { animate: false, maxZoom: 12, ...freeRoom(12) });
}

function addPanels(page) {
  const wide = innerWidth >= WIDE;
  document.getElementById("folio-layers").open = wide;
  document.getElementById("folio-overlaps").open = wide && page.overlaps.length > 0;
  bindSearch(page);
  for (const button of document.querySelectorAll("[data-language]")) {
    button.addEventListener("click", () => {
      speech.language = button.dataset.language;
      page.map.closePopup();
      page.say();
    });
  }
  page.sayPanels = () => {
    document.getElementById("folio-legend").replaceChildren(legendFor(page));
    document.getElementById("folio-list").replaceChildren(overlapList(page));
    document.getElementById("folio-overlap-count").textContent = speech.number(page.shownOverlaps().length);
  };
  page.say = () => say(page);
}

function say(page) {
  const { data, map } = page;
  const { language } = speech;
  document.documentElement.lang = language;
  document.title = data.title[language];
  document.getElementById("folio-title").textContent = data.title[language];
  for (const node of document.querySelectorAll("[data-word]")) node.textContent = speech.word(node.dataset.word);
  for (const button of document.querySelectorAll("[data-language]")) {
    button.setAttribute("aria-pressed", String(button.dataset.language === language));
  }
  const query = document.getElementById("folio-query");
  query.placeholder = speech.word("search");
  query.setAttribute("aria-label", speech.word("search"));
  map.zoomControl._zoomInButton.title = speech.word("zoomIn");
  map.zoomControl._zoomOutButton.title = speech.word("zoomOut");
  document.getElementById("folio-summary").textContent = [
    speech.word("summary", speech.number(data.titles.length), speech.number(data.overlaps.length)),
    speech.word("lawOn", speech.day(data.on)),
  ].join(" · ");
  document.getElementById("folio-files").replaceChildren(
    ...data.files.map((file) => element("li", {}, speech.word("dataFile", file.name, file.sha256.slice(0, 12)))),
  );
  document.getElementById("folio-illustrative").hidden = !data.illustrative;
  page.sayPanels();
  page.drawNames();
}
