// Drawing: a canvas renderer that also fills with patterns, and the layers of the map.

const PATTERN_STROKES = {
  lines: [[0, 8, 8, 0], [-2, 2, 2, -2], [6, 10, 10, 6]],
  backlines: [[0, 0, 8, 8], [-2, 6, 2, 10], [6, -2, 10, 2]],
  cross: [[0, 8, 8, 0], [0, 0, 8, 8]],
  grid: [[0, 4, 8, 4], [4, 0, 4, 8]],
};

function patternTile(pattern, colour) {
  const tile = document.createElement("canvas");
  tile.width = tile.height = 8;
  const pen = tile.getContext("2d");
  pen.strokeStyle = pen.fillStyle = colour;
  pen.lineWidth = 1.4;
  if (pattern === "dots") pen.fillRect(3, 3, 2.4, 2.4);
  for (const [x1, y1, x2, y2] of PATTERN_STROKES[pattern] ?? []) {
    pen.beginPath();
    pen.moveTo(x1, y1);
    pen.lineTo(x2, y2);
    pen.stroke();
  }
  return tile;
}

const tiles = new Map();

function tileFor(pattern, colour) {
  const key = `${pattern} ${colour}`;
  if (!tiles.has(key)) tiles.set(key, patternTile(pattern, colour));
  return tiles.get(key);
}

// Seen from afar, hairlines and no pattern: else the lines of small titles hide what they bound.
const NEAR_ZOOM = 7.5;

const PatternCanvas = L.Canvas.extend({
  _fillStroke(pen, layer) {
    const { pattern, color, weight, hairline } = layer.options;
    const near = this._map.getZoom() >= NEAR_ZOOM;
    layer.options.weight = near ? weight : hairline ?? weight;
    L.Canvas.prototype._fillStroke.call(this, pen, layer);
    layer.options.weight = weight;
    if (!near || !pattern || pattern === "none") return;
    pen.globalAlpha = layer.options.patternOpacity ?? 0.8;
    pen.fillStyle = pen.createPattern(tileFor(pattern, color), "repeat");
    pen.fill("evenodd");
    pen.globalAlpha = 1;
  },
});

function paneRenderer(map, name, zIndex) {
  map.createPane(name).style.zIndex = zIndex;
  return new PatternCanvas({ pane: name, padding: 0.3 });
}

function titleStyle(title, style) {
  const colour = title.state.code === "application" ? style.application_colour : title.kind.colour;
  return {
    color: colour, weight: 1.4, hairline: 0.5, fillColor: colour, fillOpacity: title.state.fill_opacity,
    pattern: title.kind.pattern, patternOpacity: 0.45, dashArray: title.state.dash.join(" ") || null,
  };
}

function overlapStyle(overlap) {
  const { colour, pattern } = overlap.verdict;
  return { color: colour, weight: 2.2, fillColor: colour, fillOpacity: 0.3, pattern };
}

function drawnShape(shape, style, renderer) {
  return L.polygon(shape.rings, { ...style, renderer, interactive: false, smoothFactor: 0.6 });
}

// Large titles first, so that a small one is never painted over.
function addTitles(titles, groups, style, renderer) {
  const drawn = titles.filter((title) => title.shape);
  drawn.sort((a, b) => a.kind.order - b.kind.order || areaOf(b.shape.box) - areaOf(a.shape.box));
  for (const title of drawn) {
    groups.get(title.kind.code).addLayer(drawnShape(title.shape, titleStyle(title, style), renderer));
  }
}

function centreOf({ main }) {
  return [(main.south + main.north) / 2, (main.west + main.east) / 2];
}

// Where a popup points, so that it does not cover what it speaks of.
function topOf({ main }) {
  return [main.north, (main.west + main.east) / 2];
}

// Seen from afar an overlap is a dot with the mark's colour; near, it is its own shape.
function overlapLayer(overlap, renderer) {
  const style = overlapStyle(overlap);
  const dot = L.circleMarker(centreOf(overlap.shape), {
    ...style, pattern: "none", renderer, radius: 4.5, weight: 1.5, color: "#ffffff",
    fillOpacity: 1, interactive: false,
  });
  return { shape: drawnShape(overlap.shape, style, renderer), dot };
}

const DOT_BELOW_PIXELS = 10;

function pixelsAcross(shape, zoom) {
  const perDegree = (256 * 2 ** zoom) / 360;
  const { main } = shape;
  return Math.max(main.east - main.west, main.north - main.south) * perDegree;
}

// Areas and lines of the base, then its towns, which appear as the map is enlarged.
function addBase(map, base, renderer) {
  const group = L.layerGroup();
  for (const { rings, closed, fill, line, weight, dash } of base.layers) {
    const style = {
      color: line, weight, stroke: Boolean(line), dashArray: dash, fill: Boolean(fill),
      fillColor: fill, fillOpacity: 1, renderer, interactive: false, smoothFactor: 1,
    };
    const { rings: lines } = shapeFrom(rings, base.scale);
    group.addLayer(closed ? L.polygon(lines, style) : L.polyline(lines, style));
  }
  const places = L.layerGroup().addTo(group);
  const markers = base.places.map(([name, lat, lng, fromZoom]) => [fromZoom, placeMarker(name, lat, lng)]);
  const drawPlaces = () => {
    places.clearLayers();
    for (const [fromZoom, marker] of markers) if (map.getZoom() >= fromZoom) places.addLayer(marker);
  };
  map.on("zoomend", drawPlaces);
  return group.addTo(map);
}

function placeMarker(name, lat, lng) {
  const mark = document.createElement("span");
  mark.textContent = name;
  const icon = L.divIcon({ className: "folio-place", html: mark, iconSize: null });
  return L.marker([lat, lng], { icon, interactive: false, keyboard: false, pane: "folioPlaces" });
}
