// Mouse, pen and touch: a click places a point or selects; a corner of what is selected is dragged.

import { fromMap } from "./ground.js";
import { leastPoints, rounded } from "./shapes.js";

const SAME_PX = 5;
const CLOSE_PX = 14; // a finger closes a ring

const lonLat = (coordinate) => rounded(ol.proj.toLonLat(coordinate));

/** Let the pointer draw; `words(key)` labels an edit. Return how it ends. */
export function drawWithPointer(map, session, ground, words) {
  const { now } = session;
  const pixels = ([x, y], point) => {
    const [px, py] = map.getPixelFromCoordinate(ol.proj.fromLonLat(point));
    return Math.hypot(px - x, py - y);
  };
  let repeated = false; // the last click was on the point before
  let ended = false; // the last click finished the shape
  const closes = (pixel) => now.shape === "Polygon" && now.sketch.length >= leastPoints("Polygon") && pixels(pixel, now.sketch[0]) <= CLOSE_PX;

  function click(event) {
    repeated = ended = false;
    if (!now.drawing) return choose(event.pixel);
    const last = now.sketch.at(-1);
    repeated = Boolean(last) && pixels(event.pixel, last) <= SAME_PX;
    if (repeated) return false;
    if (closes(event.pixel)) session.finish(words("layoutAdded"));
    else session.place(lonLat(event.coordinate), words("layoutAdded"));
    ended = !now.drawing;
    return true;
  }

  function choose(pixel) {
    let found = null;
    map.forEachFeatureAtPixel(pixel, (feature) => { found ??= feature.getId(); }, { layerFilter: (layer) => layer === ground.layer, hitTolerance: 6 });
    if (found !== now.selected) session.set({ selected: found });
    return true;
  }

  function twice(event) {
    if (!now.drawing && !ended) return;
    event.stopPropagation(); // two quick points are no double click, and neither comes closer
    if (repeated) session.finish(words("layoutAdded"));
  }

  function hover(event) {
    if (now.drawing && !event.dragging) ground.sketch(now.sketch, lonLat(event.coordinate), now.shape);
  }

  const editable = new ol.interaction.Modify({
    features: ground.chosen, pixelTolerance: 14, condition: (event) => !now.drawing && event.originalEvent.button !== 2,
    deleteCondition: (event) => event.type === "singleclick" && event.originalEvent.altKey,
  });
  editable.on("modifyend", ({ features }) => {
    const [feature] = features.getArray();
    const geometry = fromMap(feature.getGeometry());
    session.amend(words("layoutMoved"), { geometry }, "features");
  });

  map.on("click", click);
  map.on("dblclick", twice);
  map.on("pointermove", hover);
  map.addInteraction(editable);
  return () => {
    map.un("click", click);
    map.un("dblclick", twice);
    map.un("pointermove", hover);
    map.removeInteraction(editable);
  };
}
