// Points as text, one a line: longitude then latitude in degrees, or in any order with N, S, E, W (O).

const ANGLE = /([+-]?\d+(?:[.,]\d+)?)(?:\s*°\s*(?:(\d+(?:[.,]\d+)?)\s*['′’]\s*)?(?:(\d+(?:[.,]\d+)?)\s*["″”]\s*)?)?\s*([NSEWO])?/giu;

const decimal = (text) => Number(text.replace(",", "."));

function angle([, degrees, minutes, seconds, side]) {
  const letter = side?.toUpperCase();
  if ([minutes, seconds].some((part) => part && decimal(part) >= 60)) return null;
  const size = Math.abs(decimal(degrees)) + decimal(minutes ?? "0") / 60 + decimal(seconds ?? "0") / 3600;
  const west = degrees.startsWith("-") || ["S", "W", "O"].includes(letter);
  return { value: west ? -size : size, axis: letter ? ("NS".includes(letter) ? "lat" : "lon") : null };
}

function point(line) {
  // a comma followed by a space parts two numbers; one between digits is a decimal comma
  const text = line.replace(/[;\t]|,\s|,(?=[+-])/g, " ").trim();
  const found = [...text.matchAll(ANGLE)].map(angle);
  const rest = text.replace(ANGLE, "").trim();
  if (rest || found.length !== 2 || found.includes(null)) return null;
  const [a, b] = found;
  if ((a.axis === null) !== (b.axis === null) || (a.axis && a.axis === b.axis)) return null;
  const [lon, lat] = a.axis === "lat" ? [b.value, a.value] : [a.value, b.value];
  return Math.abs(lon) <= 180 && Math.abs(lat) <= 90 ? [lon, lat] : null;
}

/** Return { points: [[lon, lat], …], fault }: `fault` is the number of the first line that cannot be read, or null. */
export function readPoints(text) {
  const points = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (!line.trim()) continue;
    const read = point(line);
    if (!read) return { points: [], fault: index + 1 };
    points.push(read);
  }
  const [first, last] = [points[0], points.at(-1)];
  if (points.length > 3 && first[0] === last[0] && first[1] === last[1]) points.pop(); // a ring that repeats its start
  return { points, fault: null };
}

/** Return points as text that `readPoints` takes. */
export const writePoints = (points) => points.map(([lon, lat]) => `${lon.toFixed(7)} ${lat.toFixed(7)}`).join("\n");
