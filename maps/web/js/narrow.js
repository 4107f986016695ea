// A narrow screen shows one sheet at a time over the map.

const query = matchMedia("(max-width: 760px)"); // the same width as in the style sheets

export const isNarrow = () => query.matches;
