// The national grid as the reader of the map sees it: which carré, and degrees as words.

const CELLS_PER_DEGREE = 120; // carrés of 30 arc-seconds

/** Return the carré that holds a position: column from Greenwich east, row from the equator north. */
export function cellAt([lon, lat]) {
  return { col: Math.floor(lon * CELLS_PER_DEGREE), row: Math.floor(lat * CELLS_PER_DEGREE) };
}

function degrees(value, positive, negative) {
  const seconds = Math.round(Math.abs(value) * 3600);
  const parts = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), seconds % 60];
  const [d, m, s] = parts.map((part) => String(part).padStart(2, "0"));
  return `${d}° ${m}′ ${s}″ ${value < 0 ? negative : positive}`;
}

/** Return a position in degrees, minutes and seconds, latitude first; west is O in French. */
export function dms([lon, lat], language) {
  return `${degrees(lat, "N", "S")}  ${degrees(lon, "E", language === "fr" ? "O" : "W")}`;
}
