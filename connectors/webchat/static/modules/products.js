// Product cards: one, or several in a row to scroll through.
import { choices, link, make, picture, safeAddress } from "./dom.js";
import { ownAddress } from "./options.js";

/** The list of product cards of a message. */
export function products(cards, tools) {
  const many = cards.length > 1;
  const list = make("ul", {
    className: many ? "cards" : "cards single",
    attr: { tabindex: many ? 0 : null, "aria-label": tools.t("cards") },
  });
  list.append(...cards.map((card) => make("li", {}, shot(card, tools), facts(card, tools))));
  return list;
}

function shot(card, { base }) {
  const image = picture(card.image, base, 320, 240);
  return image && make("div", { className: "shot" }, image);
}

/** A product's name, as a link to its page where it has one. */
export function named({ title, url }, { base, productPages }) {
  const href = url && safeAddress(url, base);
  return href ? link(safeAddress(ownAddress(href, base, productPages)) ?? href, title) : make("span", { textContent: title });
}

function facts(card, tools) {
  const { t, choose } = tools;
  const line = (className, text) => (text ? make("p", { className, dir: "auto", textContent: text }) : null);
  const price = make("p", { className: "price" });
  if (card.price) price.append(make("b", { textContent: card.price }));
  if (card.old_price) {
    price.append(make("span", { className: "unseen", textContent: t("was") }), make("s", { textContent: card.old_price }));
  }
  if (card.off) price.append(make("span", { className: "off", textContent: card.off }));
  return make(
    "div",
    { className: "facts" },
    make("h3", { dir: "auto" }, named(card, tools)),
    line("subtitle", card.subtitle),
    card.price ? price : null,
    line("stars", card.rating),
    line("stock", card.stock),
    card.sizes?.length ? sizes(card.sizes, t) : null,
    line("reason", card.reason),
    card.buttons?.length ? choices(card.buttons, choose, card.title) : null,
  );
}

/** Every size; one that is sold out is struck, and said to be. */
function sizes(all, t) {
  const list = make("ul", { className: "sizes", attr: { "aria-label": t("sizes") } });
  for (const { title, is_out: isOut } of all) {
    const told = isOut ? make("span", { className: "unseen", textContent: ` (${t("sold_out")})` }) : null;
    list.append(make("li", { className: isOut ? "out" : "" }, title, told));
  }
  return list;
}
