/** Which ink can be read on a portal's own colour: the one with the higher contrast, as WCAG 2.2 computes it. */
export function inkOn(colour: `#${string}`): "light" | "dark" {
  const luminance = relativeLuminance(colour);
  const againstWhite = 1.05 / (luminance + 0.05);
  const againstBlack = (luminance + 0.05) / 0.05;
  return againstWhite >= againstBlack ? "light" : "dark";
}

function relativeLuminance(colour: string) {
  const [red = 0, green = 0, blue = 0] = channelsOf(colour).map((channel) =>
    channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** "#1d4f91" or "#17e", each channel from 0 to 1. */
function channelsOf(colour: string) {
  const digits = colour.slice(1);
  const pairs = digits.length === 3 ? [...digits].map((each) => each + each) : digits.match(/../g);
  return (pairs ?? []).map((pair) => Number.parseInt(pair, 16) / 255);
}
