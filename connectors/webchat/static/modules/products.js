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
  const { t } = tools;
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
    card.colours?.length ? dots(card.colours, t) : null,
    card.sizes?.length ? sizes(card.sizes, t) : null,
    line("reason", card.reason),
    make("div", { className: "ways" }, ...ways(card, tools)),
  );
}

/** The shop's basket where it has told of it, the first button, and the others behind dots. */
function ways({ title, buttons = [], basket = [] }, { t, choose }) {
  const found = [];
  const told = t("basket");
  if (basket.length === 1) found.push(choices([{ ...basket[0], title: told }], buy, title));
  else if (basket.length) found.push(fold(told, choices(basket, buy, told)));
  const shown = buttons.length > 2 ? 1 : buttons.length;
  if (shown) found.push(choices(buttons.slice(0, shown), choose, title));
  if (buttons[shown]) found.push(fold("⋯", choices(buttons.slice(shown), choose, title), t("menu")));
  return found;
}

/** Into the shop's basket: by the page, where it hears of it and takes it on, else by the basket's address. */
function buy({ sku, url }) {
  const wanted = new CustomEvent("concierge:add_to_basket", { detail: { sku }, cancelable: true });
  const href = safeAddress(url);
  if (dispatchEvent(wanted) && href) link(href, "").click();
}

/** A button that shows more of them. */
function fold(textContent, row, label) {
  return make("details", {}, make("summary", { textContent, attr: { "aria-label": label } }), row);
}

/** The colours to choose from. */
function dots(all, t) {
  const list = make("ul", { className: "colours", attr: { "aria-label": t("colours") } });
  for (const { title, paint } of all) {
    const dot = make("li", { title }, make("span", { className: "unseen", textContent: title }));
    dot.style.background = paint;
    list.append(dot);
  }
  return list;
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
