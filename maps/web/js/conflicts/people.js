// Who may do what with a conflict; the server decides again on each request.

const MEDIATORS = ["officer", "supervisor", "egc"];

/** Who keeps meetings, settlements and terms. */
export const MEDIATES = new Set(MEDIATORS);

/** Who reports conflicts, adds evidence, names parties and enters positions. */
export const OPENERS = new Set([...MEDIATORS, "inspector", "company"]);
