// Geometry arrives as rings of integers: a first point, then steps, in units of 1/scale degree.

function ringFrom(steps, scale) {
  const ring = [];
  let x = 0;
  let y = 0;
  for (let i = 0; i < steps.length; i += 2) {
    x += steps[i];
    y += steps[i + 1];
    ring.push([y / scale, x / scale]);
  }
  return ring;
}

function boundsOf(rings) {
  const box = { west: 180, east: -180, south: 90, north: -90 };
  for (const ring of rings) {
    for (const [lat, lng] of ring) {
      box.west = Math.min(box.west, lng);
      box.east = Math.max(box.east, lng);
      box.south = Math.min(box.south, lat);
      box.north = Math.max(box.north, lat);
    }
  }
  return box;
}

function larger(one, other) {
  return areaOf(other) > areaOf(one) ? other : one;
}

function areaOf(box) {
  return (box.east - box.west) * (box.north - box.south);
}

// The rings of a shape, the box around all of them, and that of the largest: its main part.
function shapeFrom(ringsOfSteps, scale) {
  const rings = ringsOfSteps.map((steps) => ringFrom(steps, scale));
  const boxes = rings.map((ring) => boundsOf([ring]));
  return { rings, box: boundsOf(rings), main: boxes.reduce(larger, boxes[0]) };
}

// A right without geometry, or a sliver thinner than the units, has no shape: it is told, not drawn.
function shapeOrNone(rings, exact, data) {
  return rings.length ? shapeFrom(rings, exact ? data.cellsPerDegree : data.fine) : null;
}

// Even-odd rule over all rings, as the page fills them.
function holds(shape, lat, lng) {
  const { box, rings } = shape;
  if (lng < box.west || lng > box.east || lat < box.south || lat > box.north) return false;
  let inside = false;
  for (const ring of rings) {
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
      const [yi, xi] = ring[i];
      const [yj, xj] = ring[j];
      if (yi > lat !== yj > lat && lng < ((xj - xi) * (lat - yi)) / (yj - yi) + xi) inside = !inside;
    }
  }
  return inside;
}

// Styles by their code; what a list does not know is its last resort, "unknown".
function byCode(list) {
  return new Map(list.map((style) => [style.code, style]));
}

function titleFrom(record, index, data, styles) {
  const [code, kind, state, procedure, holders, minerals, granted, expires, cells, file, row, exact, rings] = record;
  return {
    index, code, granted, expires, cells, row, exact, procedure,
    kind: styles.kinds.get(kind),
    state: styles.states.get(state),
    holders: data.strings[holders],
    minerals: data.strings[minerals],
    file: data.files[file].name,
    shape: shapeOrNone(rings, exact, data),
  };
}

function overlapFrom(record, titles, data, styles) {
  const [a, b, exact, cells, legalHa, trueHa, shareA, shareB, verdict, upper, article, confidence, message, rings] = record;
  return {
    a: titles[a], b: titles[b], exact, cells, legalHa, trueHa, shareA, shareB, upper, confidence,
    verdict: styles.verdicts.get(verdict),
    article: data.strings[article],
    message: { fr: data.strings[message[0]], en: data.strings[message[1]] },
    shape: shapeOrNone(rings, exact, data),
  };
}
