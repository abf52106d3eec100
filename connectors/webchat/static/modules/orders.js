// Order cards: one that is told of, or several to choose from.
import { choices, drawing, link, make, picture, safeAddress, SHAPES } from "./dom.js";

/** One order: picture, number, its way, its day, the parcel, and what is possible now. */
export function order(card, tools) {
  const { t, choose } = tools;
  const box = make("article", { className: `order ${card.tone ?? ""}`, attr: { "aria-label": card.title } }, head(card, tools));
  box.append(make("p", { className: "order-now", dir: "auto" }, make("b", { textContent: card.state ?? "" }), ...said(card.day)));
  if (card.steps?.length) box.append(steps(card.steps, t));
  if (card.news) box.append(make("p", { className: "news", dir: "auto", textContent: card.news }));
  if (card.tracking) box.append(parcel(card, tools));
  if (card.buttons?.length) box.append(choices(card.buttons, choose, card.title));
  return box;
}

/** Orders that stand for a message's buttons: the whole card is pressed. */
export function orderChoices(cards, buttons, tools) {
  const row = make("div", { className: "choices picks", attr: { role: "group", "aria-label": tools.t("choices") } });
  for (const card of cards) {
    const button = buttons.find(({ title }) => title === card.picks);
    row.append(small(card, tools.base, { type: "button", on: { click: () => tools.choose(button) } }));
  }
  return row;
}

/** Orders in a list. */
export function orderList(cards, { base, t }) {
  return make("ul", { className: "picks", attr: { "aria-label": t("orders") } }, ...cards.map((card) => make("li", {}, small(card, base))));
}

/** An order in three lines; a button where it is `pressed`. */
export function small(card, base, pressed) {
  return make(
    pressed ? "button" : "div",
    { className: "last-order", ...pressed },
    picture(card.image, base, 56, 56),
    make(
      "span",
      {},
      make("b", { dir: "auto", textContent: joined(card.title, card.total) }),
      make("span", { dir: "auto", textContent: card.subtitle ?? "" }),
      make("span", { className: `state-now ${card.tone ?? ""}`, dir: "auto", textContent: joined(card.state, card.day) }),
    ),
  );
}

export function head(card, { base, t }) {
  return make(
    "div",
    { className: "card-head" },
    picture(card.image, base, 64, 64),
    make(
      "div",
      {},
      make("h3", { dir: "auto", textContent: card.title }),
      card.subtitle ? make("p", { className: "subtitle", dir: "auto", textContent: card.subtitle }) : null,
    ),
    ...copying(card.number, t),
  );
}

function steps(all, t) {
  const list = make("ol", { className: "steps", attr: { "aria-label": t("steps") } });
  for (const { title, state } of all) {
    const mark = make("i", { attr: { "aria-hidden": "true" } });
    if (state === "done") mark.append(drawing(...SHAPES.check));
    if (state === "ended") mark.append(drawing(...SHAPES.close));
    const told = state === "next" ? t("steps.next") : state === "now" ? t("steps.now") : "";
    const item = make("li", {}, mark, make("span", { dir: "auto", textContent: title }));
    item.dataset.state = state;
    if (told) item.append(make("span", { className: "unseen", textContent: ` (${told})` }));
    if (state === "now") item.setAttribute("aria-current", "step");
    list.append(item);
  }
  return list;
}

/** A button that copies a number, and says that it did. */
function copying(number, t) {
  if (!number || !navigator.clipboard) return [];
  const label = t("copy", { number });
  const button = make("button", { type: "button", className: "icon", title: label, attr: { "aria-label": label } }, drawing(...SHAPES.copy));
  button.onclick = async () => {
    await navigator.clipboard.writeText(number);
    button.replaceChildren(drawing(...SHAPES.check), make("span", { className: "unseen", textContent: t("copied"), attr: { role: "status" } }));
  };
  return [button];
}

function parcel(card, { base, t }) {
  const href = card.tracking_url && safeAddress(card.tracking_url, base);
  const number = href ? link(href, card.tracking) : make("span", { textContent: card.tracking });
  if (href) number.setAttribute("aria-label", t("track", { carrier: card.carrier ?? "", number: card.tracking }));
  return make("p", { className: "parcel" }, make("span", { dir: "auto", textContent: card.carrier ?? "" }), number, ...copying(card.tracking, t));
}

function said(text) {
  return text ? [" ", make("span", { textContent: text })] : [];
}

function joined(...parts) {
  return parts.filter(Boolean).join(" · ");
}
