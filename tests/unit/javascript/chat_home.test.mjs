// The last order on the first screen: the same three lines as an order in a list, and it is asked of.
import assert from "node:assert/strict";
import { test } from "node:test";

globalThis.document = {
  createElement: (name) => ({
    name,
    children: [],
    on: {},
    setAttribute() {},
    addEventListener(event, handler) {
      this.on[event] = handler;
    },
    append(...more) {
      this.children.push(...more);
    },
  }),
};
const MODULES = new URL("../../../connectors/webchat/static/modules/", import.meta.url);
const { greet } = await import(new URL("home.js", MODULES).href);

test("the last order says what and where it is, as text, and asks of itself", () => {
  const [before, said] = [[], []];
  const box = { querySelector: () => ({ before: (card) => before.push(card) }) };
  const order = { number: "C-1", items: "<b>Boots</b>", state: "on its way", image: "/media/b.svg" };
  const t = (key, { number }) => `${key} ${number}`;
  greet(box, { order }, { t, base: "https://shop.example/chat/" }, (text) => said.push(text));
  const [card] = before;
  const [picture, lines] = card.children;
  assert.deepEqual([card.name, card.type, card.className], ["button", "button", "last-order"]);
  assert.deepEqual([picture.name, picture.src], ["img", "https://shop.example/media/b.svg"]);
  assert.deepEqual(
    lines.children.map(({ textContent }) => textContent),
    ["home.order C-1", "<b>Boots</b>", "on its way"],
  );
  card.on.click();
  assert.deepEqual(said, ["home.ask C-1"]);
});
