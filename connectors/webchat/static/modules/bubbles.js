// How one message looks: a bubble, a picture, product cards, buttons.
import { drawing, link, make, prose, safeAddress, SHAPES } from "./dom.js";
import { ownAddress } from "./options.js";

const LONG = 460; // of a text's weight: about eleven lines on a phone
const LINE = 40; // what a line weighs; a Chinese character is as wide as two letters
const WIDE = /[\u2e80-\u9fff\uf900-\ufaff\uff00-\uff60]/g;

/** The element of one message; `choose(button)` is called when one of its buttons is pressed. */
export function bubble(message, tools) {
  const { t, base, choose, language } = tools;
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
  if (message.text) item.append(...said(message.text, speaker, t));
  const picture = message.image && safeAddress(message.image, base);
  if (picture) {
    const whole = { href: picture, className: "picture", attr: { target: "_blank", rel: "noopener noreferrer" } };
    item.append(make("a", whole, make("img", { src: picture, alt: t("picture"), loading: "lazy" })));
  }
  if (message.cards?.length) item.append(carousel(message.cards, tools));
  if (message.buttons?.length) {
    const row = choices(message.buttons, choose, t("choices"));
    const isPair = message.asks?.kind === "confirm" && message.buttons.length === 2;
    row.classList.toggle("pair", isPair);
    item.classList.toggle("confirm", isPair);
    item.append(row);
  }
  const moment = message.created_at ?? new Date().toISOString();
  item.dataset.at = moment;
  item.append(make("time", { className: "time", dateTime: moment, textContent: clock(moment, language) }));
  return item;
}

/** The bubble of a text, and for a long one a button that shows the rest. */
function said(text, speaker, t) {
  const words = make("p", { dir: "auto" }, prose(text));
  const box = make("div", { className: "bubble" }, make("span", { className: "unseen", textContent: `${speaker}: ` }), words);
  if (weight(text) <= LONG) return [box];
  words.classList.add("clamped");
  const more = make("button", { type: "button", className: "more", textContent: t("more"), attr: { "aria-expanded": "false" } });
  more.onclick = () => {
    const isClamped = words.classList.toggle("clamped");
    more.textContent = t(isClamped ? "more" : "less");
    more.setAttribute("aria-expanded", String(!isClamped));
  };
  box.append(more);
  return [box];
}

function weight(text) {
  const wide = text.match(WIDE)?.length ?? 0;
  return text.length + wide + (text.split("\n").length - 1) * (LINE / 2);
}

function speakerOf(message, t) {
  if (message.author === "shopper") return t("you");
  return message.author === "agent" ? message.author_name || t("agent") : t("assistant");
}

/** Suggested answers; they go when the shopper has said something. */
export function choices(buttons, choose, label) {
  const row = make("div", { className: "choices", attr: { role: "group", "aria-label": label } });
  for (const button of buttons) {
    const press = () => choose(button, row);
    row.append(make("button", { type: "button", dir: "auto", textContent: button.title, on: { click: press } }));
  }
  return row;
}

/** In place of the question's buttons: what was answered. */
export function settled(row, title) {
  const done = make("p", { className: "done", dir: "auto" }, drawing(...SHAPES.check), title);
  row.closest(".message").classList.add("is-done");
  row.replaceWith(done);
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

function facts(card, { t, base, choose, productPages }) {
  const href = card.url && safeAddress(card.url, base);
  const title = href
    ? link(safeAddress(ownAddress(href, base, productPages)) ?? href, card.title)
    : make("span", { textContent: card.title });
  const line = (className, text) => (text ? make("p", { className, dir: "auto", textContent: text }) : null);
  const price = make("p", { className: "price" });
  if (card.price) price.append(make("b", { textContent: card.price }));
  if (card.old_price) {
    price.append(make("span", { className: "unseen", textContent: t("was") }), make("s", { textContent: card.old_price }));
  }
  return make(
    "div",
    { className: "facts" },
    make("h3", { dir: "auto" }, title),
    line("subtitle", card.subtitle),
    card.price ? price : null,
    line("stock", card.stock),
    line("reason", card.reason),
    card.buttons?.length ? choices(card.buttons, choose, card.title) : null,
  );
}

/** The time of day of a moment, as the reader writes it. */
export function clock(moment, language) {
  return new Date(moment).toLocaleTimeString(locale(language), { hour: "2-digit", minute: "2-digit" });
}

export function locale(language) {
  return language === "zh" ? "zh-CN" : "en-GB";
}

/** Three dots that move while somebody is writing. */
export function writing(label) {
  const dots = make("span", { className: "dots", attr: { "aria-hidden": "true" } });
  dots.append(make("i"), make("i"), make("i"));
  return make("div", { className: "message bot writing" }, make("div", { className: "bubble" }, make("span", { className: "unseen", textContent: label }), dots));
}
