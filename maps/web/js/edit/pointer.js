// Mouse, pen and touch: what the tool reaches while it is held is shown, and becomes one edit.

import { applied, brush, floodLike, lasso, stroke } from "../cells/tools.js";
import { bounds, common, EMPTY, rectangle, union } from "../cells/set.js";
import { toCells } from "./ground.js";

const MOST_FLOODED = 20000;
const MARGIN = 60; // carrés beyond the view where a flood still stops

const cellOf = (coordinate) => toCells(coordinate).map(Math.floor);

function limitsOf(map) {
  const extent = map.getView().calculateExtent(map.getSize());
  const [west, south] = cellOf([extent[0], extent[1]]);
  const [east, north] = cellOf([extent[2], extent[3]]);
  return rectangle([west - MARGIN, south - MARGIN], [east + MARGIN, north + MARGIN]);
}

/**
 * Let the pointer draw. `words` gives the label of an edit by tool; `tooLarge()` is called where a
 * flood would not end. The second finger, or the space bar held, moves the map instead.
 */
export function drawWithPointer(map, session, ground, words, tooLarge) {
  let held = null; // { cells, from, last, line }

  function start(event) {
    const cell = cellOf(event.coordinate);
    const { tool, width } = session.now;
    session.set({ cursor: cell, anchor: null });
    if (tool === "flood") {
      flood(cell);
      return false;
    }
    held = { from: cell, last: cell, line: [toCells(event.coordinate)], cells: tool === "brush" ? brush(cell, width) : EMPTY };
    if (tool === "rectangle") held.cells = rectangle(cell, cell);
    ground.sketch(held.cells);
    return true;
  }

  function drag(event) {
    const cell = cellOf(event.coordinate);
    const { tool, width } = session.now;
    if (tool === "lasso") {
      held.line.push(toCells(event.coordinate));
      ground.track(held.line);
    } else if (cell[0] !== held.last[0] || cell[1] !== held.last[1]) {
      held.cells = tool === "brush" ? union(held.cells, stroke(held.last, cell, width)) : rectangle(held.from, cell);
      held.last = cell;
      ground.sketch(held.cells);
    }
  }

  function end() {
    if (session.now.tool === "lasso") held.cells = lasso(held.line);
    commit(held.cells);
    held = null;
    ground.sketch(EMPTY);
    ground.track([]);
    return false;
  }

  function flood(cell) {
    const { draft, host } = session.now;
    const within = host ? common(host, limitsOf(map)) : limitsOf(map);
    const cells = floodLike(draft.cells, cell, within, MOST_FLOODED);
    if (cells === null) tooLarge(MOST_FLOODED);
    else commit(cells);
  }

  function commit(cells) {
    const { draft, adding, host, tool } = session.now;
    const reached = host && adding ? common(cells, host) : cells;
    session.change(words(tool), { cells: applied(draft.cells, reached, adding) });
  }

  const interaction = new ol.interaction.Pointer({
    handleDownEvent: (event) => !event.originalEvent.shiftKey && event.activePointers.length < 2 && event.originalEvent.button !== 1 && start(event),
    handleDragEvent: drag,
    handleUpEvent: end,
    stopDown: () => true,
  });
  map.addInteraction(interaction);
  return () => map.removeInteraction(interaction);
}

/** Return the middle carré of a ground, or the carré at the middle of the map. */
export function cursorFor(map, cells) {
  const box = cells?.length ? bounds(cells) : null;
  if (box) return [Math.floor((box[0] + box[2]) / 2), Math.floor((box[1] + box[3]) / 2)];
  return cellOf(map.getView().getCenter());
}
