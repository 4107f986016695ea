// What a role may do with areas, so that a page offers no button in vain. The server decides on each request.

import { accountRole } from "../session.js";

const KEEPERS = new Set(["egc", "inspector"]);
const PROPOSERS = new Set(["egc", "officer", "supervisor"]);
const ENDERS = new Set(["egc", "minister", "officer", "supervisor"]);

/** May whoever signed in keep records of an area, propose a portion or work area, ask for the end of one? */
export const keeps = () => KEEPERS.has(accountRole());
export const proposes = () => PROPOSERS.has(accountRole());
export const ends = () => ENDERS.has(accountRole());
