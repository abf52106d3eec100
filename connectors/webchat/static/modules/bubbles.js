// How one message looks: a bubble, a picture, product cards, buttons.
import { make, prose, safeAddress } from "./dom.js";

/** The element of one message; `choose(button)` is called when one of its buttons is pressed. */
export function bubble(message, { t, base, choose, language }) {
  const item = make("div", { className: `message ${message.author}` });
  if (message.id) item.dataset.id = message.id;
  if (message.author === "system") {
    item.append(make("p", { className: "notice", dir: "auto", textContent: message.text }));
    return item;
  }
  const speaker = speakerOf(message, t);
  if (message.author === "agent") {
    item.append(make("span", { className: "name", dir: "auto", textContent: message.author_name ?? speaker }));
  }
  if (message.text) {
    const words = make("div", { className: "bubble" });
    words.append(make("span", { className: "unseen", textContent: `${speaker}: ` }));
    words.append(make("p", { dir: "auto" }, prose(message.text)));
    item.append(words);
  }
  const picture = message.image && safeAddress(message.image, base);
  if (picture) {
    item.append(make("img", { className: "picture", src: picture, alt: t("picture"), loading: "lazy" }));
  }
  if (message.cards?.length) item.append(carousel(message.cards, { t, base, choose }));
  if (message.buttons?.length) {
    const row = choices(message.buttons, choose);
    row.classList.toggle("pair", message.asks?.kind === "confirm" && message.buttons.length === 2);
    item.append(row);
  }
  if (message.created_at) item.title = clock(message.created_at, language);
  return item;
}

function speakerOf(message, t) {
  if (message.author === "shopper") return t("you");
  return message.author === "agent" ? message.author_name || t("agent") : t("assistant");
}

/** Suggested answers; they go when the shopper has said something. */
export function choices(buttons, choose) {
  const row = make("div", { className: "choices", attr: { role: "group" } });
  for (const button of buttons) {
    row.append(
      make("button", { type: "button", dir: "auto", textContent: button.title, on: { click: () => choose(button) } }),
    );
  }
  return row;
}

function carousel(cards, tools) {
  const many = cards.length > 1;
  const list = make("ul", {
    className: many ? "cards" : "cards single",
    attr: { tabindex: many ? 0 : null, "aria-label": tools.t("cards") },
  });
  list.append(...cards.map((card) => make("li", {}, picture(card, tools), facts(card, tools))));
  return list;
}

function picture(card, { base }) {
  const source = card.image && safeAddress(card.image, base);
  if (!source) return null;
  const image = make("img", { src: source, alt: "", loading: "lazy", width: 320, height: 240 });
  image.addEventListener("error", () => image.remove());
  return make("div", { className: "shot" }, image);
}

function facts(card, { t, base, choose }) {
  const href = card.url && safeAddress(card.url, base);
  const title = href
    ? make("a", { href, textContent: card.title })
    : make("span", { textContent: card.title });
  const line = (className, text) => (text ? make("p", { className, dir: "auto", textContent: text }) : null);
  const price = make("p", { className: "price" });
  if (card.price) price.append(make("b", { textContent: card.price }));
  if (card.old_price) {
    price.append(make("s", { textContent: card.old_price, attr: { "aria-label": `${t("was")} ${card.old_price}` } }));
  }
  return make(
    "div",
    { className: "facts" },
    make("h3", { dir: "auto" }, title),
    line("subtitle", card.subtitle),
    card.price ? price : null,
    line("stock", card.stock),
    line("reason", card.reason),
    card.buttons?.length ? choices(card.buttons, choose) : null,
  );
}

/** The time of day of a moment, as the reader writes it. */
export function clock(moment, language) {
  return new Date(moment).toLocaleTimeString(language === "zh" ? "zh-CN" : "en-GB", {
    hour: "2-digit",
    minute: "2-digit",
  });
}

/** Three dots that move while somebody is writing. */
export function writing(label) {
  const dots = make("span", { className: "dots", attr: { "aria-hidden": "true" } });
  dots.append(make("i"), make("i"), make("i"));
  return make("div", { className: "message bot writing" }, make("div", { className: "bubble" }, make("span", { className: "unseen", textContent: label }), dots));
}
