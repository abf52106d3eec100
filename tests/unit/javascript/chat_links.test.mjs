// Addresses in what is said: the whole address becomes the link, and nothing else.
import assert from "node:assert/strict";
import { test } from "node:test";

globalThis.document = {
  createDocumentFragment: () => {
    const parts = [];
    return { parts, append: (...more) => parts.push(...more) };
  },
  createElement: (name) => ({ name, setAttribute() {}, append() {} }),
};
const MODULES = new URL("../../../connectors/webchat/static/modules/", import.meta.url);
const { prose } = await import(new URL("dom.js", MODULES).href);

for (const [text, address] of [
  ["See https://e.com/a_(b)?x=1 there", "https://e.com/a_(b)?x=1"],
  ["(as on https://e.com/a_(b))", "https://e.com/a_(b)"],
  ["Was it https://e.com/a?", "https://e.com/a"],
  ["https://e.com/a?b=1&c=2; and so on", "https://e.com/a?b=1&c=2"],
  ["Look at https://e.com/a.html...", "https://e.com/a.html"],
  ["[https://e.com/a],", "https://e.com/a"],
  ["（见 https://e.com/a）。", "https://e.com/a"],
  ["请看https://e.com/a；谢谢", "https://e.com/a"],
  ["https://e.com/a/", "https://e.com/a/"],
]) {
  test(`the link in ${text}`, () => {
    const { parts } = prose(text);
    assert.equal(parts.map((part) => part.textContent ?? part).join(""), text);
    assert.deepEqual(
      parts.filter(({ name }) => name === "a").map(({ href }) => href),
      [address],
    );
  });
}
