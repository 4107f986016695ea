// The province whose authorities are asked about a file: chosen by its author, the one on the map offered.

import { el } from "../dom.js";
import { t } from "../i18n.js";
import { mapItself } from "../map.js";

/** Return the provinces of the base map by name, and the one in which a place [lon, lat] lies. */
async function provincesAt(place) {
  const answer = await fetch("/boundaries/provinces.geojson");
  const features = new ol.format.GeoJSON().readFeatures(await answer.json());
  const here = features.find((feature) => feature.getGeometry().intersectsCoordinate(place));
  return { names: features.map((feature) => feature.get("name")).sort((a, b) => a.localeCompare(b, "fr")), here: here?.get("name") ?? "" };
}

/** Ask for a province; returns its name, or null where the reader gave up. */
export async function askProvince(place) {
  const { names, here } = await provincesAt(place ?? ol.proj.toLonLat(mapItself().getView().getCenter()));
  const select = el("select", { id: "province", required: true }, el("option", { value: "" }, t("chooseProvince")), names.map((name) => el("option", { value: name, selected: name === here }, name)));
  return new Promise((answered) => {
    const form = el("form", { method: "dialog", class: "form" }, el("h2", { id: "province-title" }, t("whichProvince")), el("p", { class: "quiet" }, t("provinceWhy")),
      el("label", { for: "province" }, t("province")), select,
      el("div", { class: "actions" }, el("button", { type: "button", class: "plain", click: () => dialog.close("") }, t("cancel")), el("button", { class: "primary", value: "yes", "data-do": "draw" }, t("drawNow"))));
    const dialog = el("dialog", { "aria-labelledby": "province-title", close: () => {
      dialog.remove();
      answered(dialog.returnValue === "yes" ? select.value : null);
    } }, form);
    document.body.append(dialog);
    dialog.showModal();
    select.focus();
  });
}
