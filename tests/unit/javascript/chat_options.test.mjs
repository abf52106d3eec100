// A shop's options: readable colours from any brand, its own product pages, readers told apart.
import assert from "node:assert/strict";
import { test } from "node:test";

const MODULES = new URL("../../../connectors/webchat/static/modules/", import.meta.url);
const { contrast, palette, readColour } = await import(new URL("colours.js", MODULES).href);
const { languageOf, nextLanguage, optionsOf, ownAddress, readerOf } = await import(new URL("options.js", MODULES).href);

const PAPER = { light: [255, 255, 255], dark: [24, 32, 28] };

for (const isDark of [false, true]) {
  test(`every brand colour can be read in ${isDark ? "the dark" : "the light"}`, () => {
    const steps = [0, 51, 102, 153, 204, 255];
    for (const red of steps) for (const green of steps) for (const blue of steps) {
      const { accent, onAccent, accentWords } = palette([red, green, blue], isDark);
      const [filled, on, words] = [accent, onAccent, accentWords].map(readColour);
      assert.ok(contrast(on, filled) >= 4.5, `on ${accent}`);
      assert.ok(contrast(words, isDark ? PAPER.dark : PAPER.light) >= 4.5, `words ${accentWords}`);
    }
  });
}

test("a brand that can be read stays what it is", () => {
  assert.equal(palette(readColour("#1d5c45"), false).accent, "#1d5c45");
  assert.equal(palette(readColour("#ffdd00"), false).onAccent, "#0d1a14");
});

test("colours are read however they are written", () => {
  assert.deepEqual(readColour("#fd0"), [255, 221, 0]);
  assert.deepEqual(readColour("rgb(1, 2, 3)"), [1, 2, 3]);
  assert.equal(readColour("a colour"), null);
});

test("links to products lead to the shop's own pages, others stay", () => {
  globalThis.document = { baseURI: "https://shop.example/" };
  const base = new URL("https://chat.example/chat/");
  const own = (href, pages = "https://shop.example/p/{slug}") => ownAddress(href, base, pages);
  assert.equal(own("https://chat.example/product/tent?rec=a"), "https://shop.example/p/tent?rec=a");
  assert.equal(own("https://chat.example/privacy"), "https://chat.example/privacy");
  assert.equal(own("https://other.example/product/tent"), "https://other.example/product/tent");
  assert.equal(own("https://chat.example/product/tent", "/items?id={slug}"), "https://shop.example/items?id=tent");
  assert.equal(own("https://chat.example/product/tent", null), "https://chat.example/product/tent");
});

test("a language is one that the shop speaks, whatever the page calls it", () => {
  const languages = { en: {}, de: {}, zh: {} };
  const found = ["zh-CN", "de_AT", "EN", "fr"].map((wanted) => languageOf(wanted, languages));
  assert.deepEqual(found, ["zh", "de", "en", "en"]);
  assert.deepEqual(["en", "de", "zh"].map((one) => nextLanguage(one, languages)), ["de", "zh", "en"]);
});

test("readers are told apart without a name", () => {
  const proof = (claims) => `${btoa(JSON.stringify(claims))}.signature`;
  const one = readerOf({ identity: proof({ shop_customer: "10", exp: 1 }) });
  assert.equal(one, readerOf({ identity: proof({ shop_customer: "10", exp: 2 }) }));
  assert.notEqual(one, readerOf({ identity: proof({ shop_customer: "11", exp: 1 }) }));
  assert.equal(readerOf({}), "");
  assert.equal(readerOf({ customer: "abc", identity: proof({}) }), "abc");
});

test("what is no option is no option", () => {
  assert.deepEqual(optionsOf({ accent: "#fd0", constructor: "x", given: "y" }), { accent: "#fd0" });
});
