// Kinds, states and verdicts as the server's style module describes them.

import { get } from "./api.js";
import { pick } from "./i18n.js";

let style = null;
let byCode = { kinds: new Map(), states: new Map(), verdicts: new Map() };

/** Load the style once. */
export async function loadStyle() {
  style = await get("/style");
  for (const list of Object.keys(byCode)) byCode[list] = new Map(style[list].map((item) => [item.code, item]));
}

export const kindOf = (code) => byCode.kinds.get(code) ?? byCode.kinds.get("UNKNOWN");
export const stateOf = (code) => byCode.states.get(code) ?? byCode.states.get("unknown");
export const verdictOf = (code) => byCode.verdicts.get(code) ?? byCode.verdicts.get("unknown");
export const kinds = () => style.kinds;
export const states = () => style.states;
export const verdicts = () => style.verdicts;
export const groups = () => style.groups;
export const procedureLabel = (code) => pick(style.procedures[code] ?? style.procedures.unknown);
export const confidenceLabel = (code) => pick(style.confidences[code]);
export const highlightColour = () => style.highlight_colour;
export const applicationColour = () => style.application_colour;

/** Return the fill colour of a right: applications share one. */
export const colourOf = (kind, state) => (state === "application" ? style.application_colour : kindOf(kind).colour);

const channels = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));

/** Return a colour with an opacity. */
export const withOpacity = (hex, opacity) => `rgba(${channels(hex).join(",")},${opacity})`;

/** Return a darker tone of a colour, for outlines on a pale ground. */
export const darker = (hex, share = 0.42) => `rgb(${channels(hex).map((c) => Math.round(c * (1 - share))).join(",")})`;
