// Sentences of the page in French and in English. Names of kinds, states and verdicts come with
// the data, from the one module that holds them.
const WORDS = {
  fr: {
    search: "Code ou titulaire",
    searchNone: "Aucun titre trouvé",
    layers: "Légende et couches",
    overlaps: "Superpositions",
    noOverlap: "Aucune superposition parmi les couches affichées.",
    more: (n) => `… et ${n} de plus : filtrez par verdict ou par type.`,
    moreHere: (n) => `… et ${n} de plus : agrandissez la carte.`,
    hiddenOverlaps: (n) => `${n} superpositions masquées avec leurs types ou verdicts`,
    hiddenOverlap: "1 superposition masquée avec ses types ou verdicts",
    titles: "Titres",
    verdicts: "Verdict de chaque superposition",
    applications: "Demandes (tous types)",
    boundaries: "Fond de carte",
    nothingHere: "Aucun titre affiché ici.",
    titlesHere: (n) => (n === 1 ? "1 titre ici" : `${n} titres ici`),
    overlapsHere: (n) => (n === 1 ? "1 superposition ici" : `${n} superpositions ici`),
    noCode: "sans code",
    state: "État",
    procedure: "Procédure",
    holders: "Titulaire",
    minerals: "Substances",
    granted: "Octroi",
    expires: "Expiration",
    extent: "Étendue",
    source: "Origine",
    row: (file, row) => `${file}, ligne ${row}`,
    cells: (n) => (n === "1" ? "1 carré" : `${n} carrés`),
    cellsAbout: (n) => `environ ${n} carrés (hors grille)`,
    offLattice: "hors de la grille des carrés",
    shares: (a, nameA, b, nameB) => `${a} de ${nameA}, ${b} de ${nameB}`,
    on: "sur",
    shared: "Partagé",
    part: "Part",
    ellipsoid: "Sur l’ellipsoïde",
    legal: "Superficie légale",
    article: "Article",
    confidence: "Fiabilité",
    why: "Motif",
    lawOn: (day) => `Droit au ${day}`,
    sources: "Origine des données",
    notice: "Cette carte contient les noms tels que reçus ; ce n’est pas une publication.",
    illustrative: "Données illustratives : registre inventé, titulaires inventés.",
    summary: (titles, pairs) => `${titles} titres · ${pairs} superpositions`,
    dataFile: (name, hash) => `${name} (SHA-256 ${hash}…)`,
    zoomIn: "Agrandir",
    zoomOut: "Réduire",
    notDrawn: (n) => `${n} titres sans géométrie ne sont pas dessinés`,
  },
  en: {
    search: "Code or holder",
    searchNone: "No title found",
    layers: "Legend and layers",
    overlaps: "Overlaps",
    noOverlap: "No overlap among the layers shown.",
    more: (n) => `… and ${n} more: filter by verdict or kind.`,
    moreHere: (n) => `… and ${n} more: zoom in.`,
    hiddenOverlaps: (n) => `${n} overlaps hidden with their kinds or verdicts`,
    hiddenOverlap: "1 overlap hidden with its kinds or verdicts",
    titles: "Titles",
    verdicts: "Verdict on each overlap",
    applications: "Applications (all kinds)",
    boundaries: "Base map",
    nothingHere: "No title shown here.",
    titlesHere: (n) => (n === 1 ? "1 title here" : `${n} titles here`),
    overlapsHere: (n) => (n === 1 ? "1 overlap here" : `${n} overlaps here`),
    noCode: "no code",
    state: "State",
    procedure: "Procedure",
    holders: "Holder",
    minerals: "Minerals",
    granted: "Granted",
    expires: "Expires",
    extent: "Extent",
    source: "Source",
    row: (file, row) => `${file}, row ${row}`,
    cells: (n) => (n === "1" ? "1 cell" : `${n} cells`),
    cellsAbout: (n) => `about ${n} cells (off the grid)`,
    offLattice: "off the grid of cells",
    shares: (a, nameA, b, nameB) => `${a} of ${nameA}, ${b} of ${nameB}`,
    on: "on",
    shared: "Shared",
    part: "Share",
    ellipsoid: "On the ellipsoid",
    legal: "Legal area",
    article: "Article",
    confidence: "Reliability",
    why: "Reason",
    lawOn: (day) => `Law on ${day}`,
    sources: "Data sources",
    notice: "This map contains names as received; it is not a publication.",
    illustrative: "Illustrative data: an invented register with invented holders.",
    summary: (titles, pairs) => `${titles} titles · ${pairs} overlaps`,
    dataFile: (name, hash) => `${name} (SHA-256 ${hash}…)`,
    zoomIn: "Zoom in",
    zoomOut: "Zoom out",
    notDrawn: (n) => `${n} titles without geometry are not drawn`,
  },
};

const LOCALES = { fr: "fr-FR", en: "en-GB" };

// The language of the page: French unless the address ends in #en.
const speech = {
  language: location.hash === "#en" ? "en" : "fr",
  word(key, ...values) {
    const entry = WORDS[this.language][key];
    return typeof entry === "function" ? entry(...values) : entry;
  },
  label(pair) {
    return pair[this.language];
  },
  number(value, digits = 0) {
    const options = { minimumFractionDigits: digits, maximumFractionDigits: digits };
    return new Intl.NumberFormat(LOCALES[this.language], options).format(value);
  },
  percent(value) {
    const options = { style: "percent", maximumFractionDigits: value < 0.01 ? 2 : 1 };
    return new Intl.NumberFormat(LOCALES[this.language], options).format(value);
  },
  day(iso) {
    const options = { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" };
    return new Intl.DateTimeFormat(LOCALES[this.language], options).format(new Date(iso));
  },
};
