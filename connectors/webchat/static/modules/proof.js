// Who is asking, proved in one small form; what is filled in is said as the shopper's message.
import { make } from "./dom.js";

const FITTING = {
  order_number: { inputMode: "numeric", autocomplete: "off" },
  email: { type: "email", inputMode: "email", autocomplete: "email" },
  code: { inputMode: "numeric", autocomplete: "one-time-code", maxLength: 6, pattern: "[0-9]{6}", className: "code" },
};

/** The form of a card; `at` is when it was asked, from which "send again" is counted. */
export function proof(card, { t, say, choose, signIn }, at) {
  const form = make("form", { className: "proof", attr: { "aria-label": card.title } });
  const draw = (fields, others) => {
    const inputs = fields.map(({ name, value = "" }) => make("input", { name, value, required: true, ...FITTING[name] }));
    const rows = fields.map(({ title }, place) => make("label", {}, make("span", { textContent: title }), inputs[place]));
    const ways = make("div", { className: "ways" }, ...others);
    form.replaceChildren(...rows, make("button", { type: "submit", className: "submit", textContent: card.submit }));
    if (others.length) form.append(ways);
    return inputs;
  };
  const way = (title, press) => make("button", { type: "button", textContent: title, on: { click: press } });
  const again = (card.buttons ?? []).map((button) => waiting(way(button.title, () => choose(button)), button.title, card.wait, at, t));
  const others = [...again];
  if (card.other?.length) others.push(way(card.other_title, () => draw(card.other, again).find(({ value }) => !value)?.focus()));
  if (signIn && card.fields.some(({ name }) => name === "order_number")) others.push(way(t("sign_in"), signIn));
  draw(card.fields, others);
  form.onsubmit = (event) => {
    event.preventDefault();
    const said = [...form.querySelectorAll("input")].map(({ value }) => value.trim());
    say(said.join(", "));
  };
  return form;
}

/** A button that may be pressed some seconds after `at`; until then it counts down. */
function waiting(button, title, seconds = 0, at = Date.now(), t = String) {
  const tick = () => {
    const left = Math.ceil(seconds - (Date.now() - at) / 1000);
    button.disabled = left > 0;
    button.textContent = left > 0 ? t("wait", { title, seconds: left }) : title;
    if (left > 0) setTimeout(tick, 1000);
  };
  tick();
  return button;
}
