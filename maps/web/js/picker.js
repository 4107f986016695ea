// What was clicked: one title opens, several are offered, small ones ask to come closer.

import { openTitle } from "./card.js";
import { el } from "./dom.js";
import { number, t } from "./i18n.js";
import { closer } from "./map.js";
import { announce } from "./notice.js";
import { closePanel, focusPanel, openPanel, plainHeading } from "./panel.js";
import { rightRow } from "./rows.js";

const answers = new Map(); // layer → { under, row, open, small }, for layers that other parts of the page add

/**
 * Let a layer answer clicks: `under(place)` returns its things at [lon, lat] ({ layer, id, n }), `open(id)` opens one,
 * `row(thing, open)` is its line where several lie there, `small` the key of what is said of several that are one sign.
 */
export const answerFor = (layer, answer) => answers.set(layer, answer);

const isRight = ({ layer }) => !answers.has(layer);
const offered = (things) => things.filter(({ layer, id }) => layer !== "overlaps" && id != null);

/** Answer a click on the map. */
export function inspect(titles, place) {
  const things = [...titles, ...[...answers.values()].flatMap(({ under }) => under(place))];
  const found = offered(things);
  const small = things.find((thing) => thing.id == null && thing.n);
  if (found.length === 1 && isRight(found[0])) openTitle(found[0].id, { bring: false, focus: false });
  else if (found.length === 1) answers.get(found[0].layer).open(found[0].id);
  else if (found.length > 1) offer(found);
  else if (small) {
    announce(t(answers.get(small.layer)?.small ?? "small", { n: number(small.n) }));
    closer(place);
  } else {
    closePanel();
    announce(t("nothingHere"));
  }
}

const rowOf = (thing) =>
  isRight(thing) ? rightRow(thing, (id) => openTitle(id, { bring: false })) : answers.get(thing.layer).row(thing, answers.get(thing.layer).open);

function offer(found) {
  openPanel(plainHeading(t("here", { n: found.length })), [el("ul", { class: "rows" }, found.map(rowOf))], () => offer(found));
  focusPanel();
}
