/** How much faster than in life it goes: a portal's slowness, and the patience of Portico's processes. */
export const PACE = 10;
