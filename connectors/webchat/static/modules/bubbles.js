// How one message looks: a bubble, a picture, cards, buttons.
import { comparison } from "./comparing.js";
import { confirmation } from "./confirming.js";
import { choices, drawing, link, make, prose, safeAddress, SHAPES } from "./dom.js";
import { order, orderChoices, orderList } from "./orders.js";
import { products } from "./products.js";
import { proof } from "./proof.js";

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
  if (message.text) item.append(...said(message.text.replace(/^📷 /, ""), speaker, t));
  const picture = message.image && safeAddress(message.image, base);
  if (picture) {
    const whole = { href: picture, className: "picture", attr: { target: "_blank", rel: "noopener noreferrer" } };
    item.append(make("a", whole, make("img", { src: picture, alt: t("picture"), loading: "lazy" })));
  }
  const { shown, buttons } = drawn(message, tools);
  const undo = message.cards?.find(({ kind }) => kind === "done")?.buttons ?? [];
  buttons.push(...undo);
  item.append(...shown);
  if (buttons.length) {
    const row = choices(buttons, choose, t("choices"));
    const isPair = message.asks?.kind === "confirm" && buttons.length === 2;
    row.classList.toggle("pair", isPair);
    item.classList.toggle("confirm", isPair);
    const asked = isPair && message.cards?.find(({ kind }) => kind === "confirmation");
    item.classList.toggle("shown", Boolean(asked));
    item.classList.toggle("danger", asked?.tone === "danger");
    item.append(row);
  }
  if (message.isUndated) return item; // (the first time of day costs a slow phone a tenth of a second)
  const moment = message.created_at ?? new Date().toISOString();
  item.dataset.at = moment;
  item.append(make("time", { className: "time", dateTime: moment, textContent: clock(moment, language) }));
  return item;
}

/** The cards of a message, and those of its buttons for which no card stands. */
function drawn({ cards = [], buttons = [], created_at: at }, tools) {
  const of = (kind) => cards.filter((card) => (card.kind ?? "") === kind);
  const [small, whole] = [[], []];
  for (const card of of("order")) (card.steps?.length ? whole : small).push(card);
  const picks = small.filter((card) => buttons.some(({ title }) => title === card.picks));
  const listed = small.filter((card) => !picks.includes(card));
  const shown = of("confirmation").map((card) => confirmation(card, tools));
  shown.push(...whole.map((card) => order(card, tools)));
  shown.push(...of("comparison").map((card) => comparison(card, tools)));
  shown.push(...of("proof").map((card) => proof(card, tools, at && Date.parse(at))));
  shown.push(...of("article").map((card) => article(card, tools)));
  if (listed.length) shown.push(orderList(listed, tools));
  if (of("").length) shown.push(products(of(""), tools));
  if (picks.length) shown.push(orderChoices(picks, buttons, tools));
  return { shown, buttons: buttons.filter(({ title }) => !cards.some((card) => card.picks === title)) };
}

/** The whole article behind an answer, folded. */
function article({ title, text, url }, { t, base }) {
  const href = url && safeAddress(url, base);
  const words = make("div", { dir: "auto" }, prose(text ?? ""), href ? make("br") : null, href ? link(href, t("article.page")) : null);
  return make("details", { className: "article" }, make("summary", { dir: "auto", textContent: t("article", { title }) }), words);
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

/** In place of the question's buttons: what was answered. */
export function settled(message, title) {
  message.querySelector(":scope > .choices")?.remove();
  message.classList.add("is-done");
  message.append(make("p", { className: "done", dir: "auto" }, drawing(...SHAPES.check), title));
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
