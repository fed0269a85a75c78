/** What a form may send as a link's name, in characters; a longer one is refused, not cut. */
export const LONGEST_LABEL = 100;
