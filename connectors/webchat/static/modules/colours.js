// Colours that can be read: from a shop's one brand colour, for light and for dark.
const WHITE = [255, 255, 255];
const INK = [13, 26, 20];
const BLACK = [0, 0, 0];
const PAPERS = { light: [WHITE, [246, 244, 239]], dark: [[24, 32, 28], [18, 24, 20]] };
const READABLE = 4.5; // WCAG 2.2, 1.4.3
const VISIBLE = 3; // WCAG 2.2, 1.4.11

/** A colour as red, green, blue; null for what is none. Names are for the browser to know. */
export function readColour(text) {
  const hex = /^#?([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(String(text ?? "").trim())?.[1];
  if (hex) {
    const pairs = hex.length === 3 ? [...hex].map((digit) => digit + digit) : hex.match(/../g);
    return pairs.map((pair) => parseInt(pair, 16));
  }
  const parts = /^rgba?\(([^)]+)\)$/i.exec(String(text ?? "").trim())?.[1].match(/[\d.]+/g);
  return parts?.length >= 3 ? parts.slice(0, 3).map((part) => Math.min(255, Math.round(Number(part)))) : null;
}

/** How well one colour is read on another: 1 (not at all) to 21. */
export function contrast(one, other) {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

/** What a brand's colour becomes: filled areas, words on them, words in it on the chat's paper. */
export function palette(brand, isDark) {
  const papers = isDark ? PAPERS.dark : PAPERS.light;
  const away = isDark ? WHITE : BLACK;
  const accent = until(brand, away, (colour) => contrast(colour, papers[0]) >= VISIBLE || !isDark);
  const onAccent = [WHITE, INK].find((colour) => contrast(colour, accent) >= READABLE) ?? BLACK;
  const words = until(accent, away, (colour) => papers.every((paper) => contrast(colour, paper) >= READABLE));
  return { accent: written(accent), onAccent: written(onAccent), accentWords: written(words) };
}

/** The colour, mixed step by step with another one until it is good. */
function until(colour, other, isGood) {
  for (let share = 0; share < 1; share += 0.04) {
    const mixed = colour.map((part, index) => Math.round(part + (other[index] - part) * share));
    if (isGood(mixed)) return mixed;
  }
  return other;
}

function luminance(colour) {
  const [red, green, blue] = colour.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function written(colour) {
  return `#${colour.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}
