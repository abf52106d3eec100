// The first screen: a greeting, the last order of whoever is signed in, four ways to begin.
import { bubble } from "./bubbles.js";
import { drawing, make, SHAPES } from "./dom.js";
import { small } from "./orders.js";

const WAYS = [["starter.order", "order"], ["starter.return", "back"], ["starter.find", "find"], ["person", "person"]];

/** The welcome; `say(text)` says one of its ways, `callPerson()` is the last. */
export function welcome(tools, { say, callPerson, hasWays }) {
  const { t } = tools;
  const box = bubble({ author: "bot", text: t("welcome"), isUndated: true }, tools);
  box.classList.add("welcome");
  if (!hasWays) return box;
  const tiles = make("div", { className: "tiles", attr: { role: "group", "aria-label": t("choices") } });
  for (const [key, shape] of WAYS) {
    const press = () => (key === "person" ? callPerson() : say(t(key)));
    tiles.append(tile(shape, t(key), press));
  }
  box.append(tiles);
  return box;
}

/** Greet by name and show the last order, once the shop has told of them. */
export function greet(box, { name, order }, tools, say) {
  const { t, base } = tools;
  const tiles = box.querySelector(".tiles");
  if (!tiles) return;
  if (name) box.querySelector(".bubble p").prepend(make("strong", { textContent: t("hello", { name }) }), make("br"));
  if (!order) return;
  const { number, items, state, image } = order;
  const card = { title: t("home.order", { number }), subtitle: items, state, image };
  tiles.before(small(card, base, { type: "button", on: { click: () => say(t("home.ask", { number })) } }));
}

function tile(shape, title, press) {
  const element = make("button", { type: "button", on: { click: press } }, drawing(...SHAPES[shape]), make("span", { textContent: title }));
  return element;
}
