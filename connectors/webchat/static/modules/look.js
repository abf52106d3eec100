// The shop's look: one brand colour, a side, a distance, a layer.
import { palette, readColour } from "./colours.js";

const NAMES = { accent: "--accent", onAccent: "--on-accent", accentWords: "--accent-words" };

/** Dress the element as the options say; what they do not name stays as the style sheet has it. */
export function dress(element, options) {
  for (const name of ["theme", "side"]) {
    if (options[name]) element.dataset[name] = options[name];
    else delete element.dataset[name];
  }
  colour(element, options);
  const [across, up = across] = String(options.offset ?? "").match(/\d{1,3}/g) ?? [];
  set(element, "--across", across && `${across}px`);
  set(element, "--up", up && `${up}px`);
  set(element, "z-index", /^-?\d+$/.test(options.layer ?? "") ? options.layer : null);
}

/** Light or dark; from one brand colour those that can be read, without one the chat's own. */
export function colour(element, { theme, accent, accentDark }) {
  const given = (name) => getComputedStyle(element).getPropertyValue(name);
  const isDark = theme ? theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  element.toggleAttribute("dark", isDark);
  const light = named(accent) || named(given("--concierge-accent"));
  const dark = named(accentDark) || named(given("--concierge-accent-dark"));
  const brand = (isDark && dark) || light;
  const colours = brand ? palette(brand, isDark) : {};
  for (const [key, name] of Object.entries(NAMES)) set(element, name, colours[key]);
}

/** A colour however it is written; the browser knows those with names. */
function named(text) {
  const found = text?.trim();
  if (!found) return null;
  const known = readColour(found);
  if (known || !CSS.supports("color", found)) return known;
  const pen = document.createElement("canvas").getContext("2d");
  pen.fillStyle = found;
  return readColour(pen.fillStyle);
}

function set(element, name, value) {
  if (value) element.style.setProperty(name, value);
  else element.style.removeProperty(name);
}
