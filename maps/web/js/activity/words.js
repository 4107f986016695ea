// How facts of an observation are said; what is not stated says so.

import { day, number, t } from "../i18n.js";

const DAY_MS = 86_400_000;
const dayBefore = (text) => new Date(Date.parse(text) - DAY_MS).toISOString().slice(0, 10);

/** Return days from `from` until before `to` in words; without any, that they are not stated. */
export function daysText(during) {
  const from = during?.from ?? during?.start;
  const to = during?.to ?? during?.end;
  if (!from && !to) return t("notStatedF");
  const last = to && dayBefore(to);
  if (from && last && from !== last) return t("activityBetween", { from: day(from), to: day(last) });
  return day(last ?? from);
}

/** Return hectares, or that they are not stated. */
export const hectaresText = (value) => (value == null ? t("notStatedF") : t("hectares", { n: number(value, 2) }));

/** Return a confidence from 0 to 1 in per cent, or that it is not stated. */
export const confidenceText = (value) => (value == null ? t("notStatedF") : t("activityProbability", { n: number(value * 100, 1) }));

/** Return a distance: metres below one kilometre, else kilometres. */
export const metresText = (value) => (Number(value) < 1000 ? `${number(value, 0)} m` : `${number(Number(value) / 1000, 1)} km`);

/** Return what an observation is called: its site, its name, or its number. */
export const titleOf = ({ site, name, id }) => [name, site].filter(Boolean).join(" · ") || t("activityObservation", { id });
