// The draft of an opinion, in French: what the law's check says of a file, for a person to read over.

const HEAD = { propose_favourable: "Avis favorable", propose_unfavourable: "Avis défavorable", propose_available: "Terrain disponible", propose_unavailable: "Terrain non disponible" };
const FINE = new Set(["allow", "not_applicable", "settled"]);
const AGAINST = new Set(["block", "queue", "no_legal_basis"]);

const frenchDay = (value) => new Intl.DateTimeFormat("fr-FR", { dateStyle: "long", timeZone: "UTC" }).format(new Date(`${value}T00:00:00Z`));
const figure = (value, digits = 0) => new Intl.NumberFormat("fr-FR", { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);

/** One line for each provision: what it says of the first thing it met, and of how many others. */
function lines(findings) {
  const byCode = Map.groupBy(findings, (one) => one.code);
  return [...byCode.values()].map(([{ message, cells }, ...others]) => `– ${message.fr}${cells ? ` : ${figure(cells)} carrés` : ""}${others.length ? ` (et ${figure(others.length)} de même nature)` : ""}`);
}

/** Return the text, "" where the step states no opinion or the law was not asked. */
export function draftOpinion(file, action, check) {
  if (!HEAD[action.action] || !check) return "";
  const version = file.versions.at(-1);
  const ground = version.cells == null ? "sans périmètre" : `${figure(version.cells)} carrés, ${figure(version.legal_area_ha, 3)} ha`;
  const against = check.findings.filter((one) => AGAINST.has(one.settled));
  const open = check.findings.filter((one) => !AGAINST.has(one.settled) && !FINE.has(one.settled));
  return [
    `${HEAD[action.action]} sur le dossier ${file.number}, ${file.machine_label.fr}, ${file.subject_label.fr}, version ${version.number} (${ground}).`,
    `Examen selon le droit du ${frenchDay(check.rules_on)} : ${figure(check.findings.length)} constats, ${figure(against.length)} contraires, ${figure(open.length)} à suivre.`,
    ...(against.length ? ["Contraires :", ...lines(against)] : []),
    ...(open.length ? ["À suivre :", ...lines(open)] : []),
  ].join("\n");
}
