// What was clicked: one title opens, several are offered, small ones ask to come closer.

import { openTitle } from "./card.js";
import { el } from "./dom.js";
import { number, t } from "./i18n.js";
import { closer } from "./map.js";
import { announce } from "./notice.js";
import { closePanel, focusPanel, openPanel, plainHeading } from "./panel.js";
import { rightRow } from "./rows.js";

const rightsOf = (things) => things.filter((thing) => thing.layer !== "overlaps" && thing.id != null);

/** Answer a click on the map. */
export function inspect(things, place) {
  const rights = rightsOf(things);
  const small = things.find((thing) => thing.id == null && thing.n);
  if (rights.length === 1) openTitle(rights[0].id, { bring: false, focus: false });
  else if (rights.length > 1) offer(rights);
  else if (small) {
    announce(t("small", { n: number(small.n) }));
    closer(place);
  } else {
    closePanel();
    announce(t("nothingHere"));
  }
}

function offer(rights) {
  const list = el("ul", { class: "rows" }, rights.map((right) => rightRow(right, (id) => openTitle(id, { bring: false }))));
  openPanel(plainHeading(t("here", { n: rights.length })), [list], () => offer(rights));
  focusPanel();
}
