// A month at a time: what was seen, what was surveyed, and where nobody looked.

const WORDS = {
  fr: {
    legend: "Légende", play: "Lire", pause: "Arrêter", back: "Mois précédent", next: "Mois suivant", month: "Mois",
    areas: "Aire artisanale (ZEA ou affectation)", permits: "Permis", protected: "Aire protégée ou interdite",
    seen: "Activité vue ce mois", apartSign: "Activité sans mois (case ci-dessous)",
    surveyed: "Limite du terrain observé ce mois", silent: "Non observé : rien n’en est dit",
    apart: (undated, wider) => `${undated} sans date indiquée, ${wider} sur plus d’un mois`,
    notice: "Une activité vue n’est pas une infraction constatée. Hors du terrain observé, rien n’est dit.",
    count: (month, n) => `${month} : ${n === 1 ? "1 observation" : `${n} observations`} sur le terrain observé`,
    none: (month) => `${month} : non observé. L’absence d’activité ne peut pas être dite.`,
    noneButSeen: (month, n) => `${month} : aucun relevé déclaré, ${n} vues tout de même.`,
    source: "Source", size: "Surface selon la source", notStated: "non indiqué", held: "au",
    months: ["janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"],
  },
  en: {
    legend: "Legend", play: "Play", pause: "Stop", back: "Month before", next: "Next month", month: "Month",
    areas: "Artisanal area (ZEA or allocation)", permits: "Permit", protected: "Protected or forbidden area",
    seen: "Activity seen in this month", apartSign: "Activity without a month (box below)",
    surveyed: "Edge of the ground surveyed in this month", silent: "Not surveyed: nothing is said of it",
    apart: (undated, wider) => `${undated} without a stated date, ${wider} over more than a month`,
    notice: "Activity seen is no finding of an offence. Outside the surveyed ground nothing is said.",
    count: (month, n) => `${month}: ${n === 1 ? "1 observation" : `${n} observations`} on the surveyed ground`,
    none: (month) => `${month}: not surveyed. That there was no activity cannot be said.`,
    noneButSeen: (month, n) => `${month}: no survey declared, ${n} seen all the same.`,
    source: "Source", size: "Size by the source", notStated: "not stated", held: "on",
    months: ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"],
  },
};

const WORLD = [[-60, -60], [60, -60], [60, 120], [-60, 120]];
const byId = (id) => document.getElementById(id);

function slide(map, data) {
  const page = { map, data, at: 0, language: location.hash === "#en" ? "en" : "fr", playing: null };
  addGround(page);
  addControls(page);
  const [west, south, east, north] = data.box;
  map.fitBounds([[south, west], [north, east]], { animate: false });
  say(page);
  showMonth(page, 0);
  requestAnimationFrame(() => { document.documentElement.dataset.ready = "yes"; });
}

function addGround(page) {
  const { map, data } = page;
  L.control.scale({ imperial: false }).addTo(map);
  map.attributionControl.setPrefix(false).addAttribution(data.credits);
  map.createPane("folioPlaces").style.zIndex = 380;
  addBase(map, data.base, paneRenderer(map, "folioBase", 250)).addTo(map);
  const renderer = paneRenderer(map, "activityGround", 350);
  page.silence = paneRenderer(map, "activitySilence", 300);
  page.dots = paneRenderer(map, "activitySeen", 420);
  for (const [name, role, rings] of data.plots) {
    const sign = data.signs[role];
    const { rings: lines } = shapeFrom(rings, data.fine);
    L.polygon(lines, {
      renderer, color: sign.colour, weight: role === "permits" ? 1.2 : 2.4, dashArray: sign.dash, fillOpacity: 0.08,
    }).bindPopup(() => lineOf(name)).addTo(map);
  }
  page.month = L.layerGroup().addTo(map);
  page.apart = L.layerGroup(data.apart.map((one) => drawn(page, one, data.signs.apartSign)));
}

function lineOf(...texts) {
  const box = document.createElement("div");
  for (const text of texts) {
    const line = document.createElement("p");
    line.className = "activity-popup";
    line.textContent = text;
    box.append(line);
  }
  return box;
}

function drawn(page, [source, ha, place, rings], sign) {
  const style = { renderer: page.dots, color: sign.colour, fillColor: sign.colour, weight: 1.5, fillOpacity: 0.55 };
  const layer = rings
    ? L.polygon(shapeFrom(rings, page.data.fine).rings, style)
    : L.circleMarker(place, { ...style, radius: 5, color: "#ffffff" });
  return layer.bindPopup(() => {
    const words = WORDS[page.language];
    const size = ha === null ? words.notStated : `${ha} ha`;
    return lineOf(`${words.source}: ${page.data.sources[source]}`, `${words.size}: ${size}`);
  });
}

function showMonth(page, at) {
  const { data } = page;
  page.at = Math.max(0, Math.min(data.months.length - 1, at));
  const { extent, seen } = data.months[page.at];
  page.month.clearLayers();
  const holes = extent === null ? [] : shapeFrom(data.extents[extent], data.fine).rings;
  page.month.addLayer(L.polygon([WORLD, ...holes], {
    renderer: page.silence, color: "#667085", stroke: false, fillOpacity: 0.22, fillColor: "#667085",
    fillRule: "evenodd", pattern: "lines", patternOpacity: 0.5, interactive: false,
  }));
  for (const hole of holes) {
    page.month.addLayer(L.polygon(hole, {
      renderer: page.dots, color: data.signs.surveyed.colour, weight: 2, dashArray: "8 5", fill: false, interactive: false,
    }));
  }
  for (const one of seen) page.month.addLayer(drawn(page, one, data.signs.seen));
  byId("activity-month").value = page.at;
  tell(page);
}

function tell(page) {
  const words = WORDS[page.language];
  const { name, extent, seen } = page.data.months[page.at];
  const [year, month] = name.split("-");
  const called = `${words.months[month - 1]} ${year}`;
  const said = byId("activity-said");
  const silent = extent === null;
  said.className = silent ? "silent" : "";
  said.textContent = !silent ? words.count(called, seen.length)
    : seen.length ? words.noneButSeen(called, seen.length) : words.none(called);
  byId("activity-month").setAttribute("aria-valuetext", called);
}

function addControls(page) {
  const slider = byId("activity-month");
  slider.max = page.data.months.length - 1;
  slider.addEventListener("input", () => showMonth(page, Number(slider.value)));
  byId("activity-back").addEventListener("click", () => showMonth(page, page.at - 1));
  byId("activity-next").addEventListener("click", () => showMonth(page, page.at + 1));
  byId("activity-play").addEventListener("click", () => (page.playing ? stop(page) : play(page)));
  byId("activity-apart").addEventListener("change", (event) =>
    (event.target.checked ? page.apart.addTo(page.map) : page.apart.remove()));
  byId("activity-legend").open = window.innerWidth >= 700;
  for (const button of document.querySelectorAll("[data-language]")) {
    button.addEventListener("click", () => {
      page.language = button.dataset.language;
      say(page);
    });
  }
}

function play(page) {
  if (page.at === page.data.months.length - 1) showMonth(page, 0);
  page.playing = setInterval(() => {
    showMonth(page, page.at + 1);
    if (page.at === page.data.months.length - 1) stop(page);
  }, 900);
  say(page);
}

function stop(page) {
  clearInterval(page.playing);
  page.playing = null;
  say(page);
}

function say(page) {
  const words = WORDS[page.language];
  const { data } = page;
  document.documentElement.lang = page.language;
  document.title = data.title[page.language];
  byId("folio-title").textContent = `${data.title[page.language]} (${words.held} ${data.on})`;
  for (const place of document.querySelectorAll("[data-word]")) place.textContent = words[place.dataset.word];
  for (const button of document.querySelectorAll("[data-title]")) {
    button.title = words[button.dataset.title];
    button.setAttribute("aria-label", button.title);
  }
  for (const button of document.querySelectorAll("[data-language]")) {
    button.setAttribute("aria-pressed", String(button.dataset.language === page.language));
  }
  byId("activity-play").textContent = page.playing ? words.pause : words.play;
  byId("activity-play").setAttribute("aria-pressed", String(Boolean(page.playing)));
  byId("activity-month").setAttribute("aria-label", words.month);
  byId("activity-apart-words").textContent = words.apart(data.undated, data.wider);
  byId("activity-apart").disabled = data.apart.length === 0;
  byId("activity-signs").replaceChildren(...Object.entries(data.signs).map(([code, sign]) => {
    const line = document.createElement("li");
    const mark = document.createElement("span");
    mark.className = `activity-sign ${sign.look}`;
    mark.style.setProperty("--colour", sign.colour);
    mark.setAttribute("aria-hidden", "true");
    line.append(mark, words[code]);
    return line;
  }));
  tell(page);
}
