// The composer's keyboard and autofill follow what is asked for.
import assert from "node:assert/strict";
import { test } from "node:test";

const MODULES = new URL("../../../connectors/webchat/static/modules/", import.meta.url);
const { Composer } = await import(new URL("composer.js", MODULES).href);

function compose({ isTouch = true } = {}) {
  globalThis.matchMedia = () => ({ matches: isTouch });
  const said = [];
  const input = { value: "", style: {}, scrollHeight: 44, blur() {}, focus() {} };
  const parts = { input, form: {}, lettersButton: {}, sendButton: {}, counter: counterLine() };
  parts.form.requestSubmit = () => parts.form.onsubmit({ preventDefault() {} });
  const t = (key, { count }) => `${key} ${count}`;
  const composer = new Composer(parts, { submit: (text) => said.push(text), typed() {}, t });
  return { composer, parts, said };
}

for (const [kind, inputMode, autocomplete, hasLetters] of [
  ["code", "numeric", "one-time-code", true],
  ["order_number", "numeric", "off", true],
  ["email", "email", "email", false],
  ["address", "text", "street-address", false],
  ["choose", "text", "off", false],
]) {
  test(`${kind} is typed as ${inputMode} and filled as ${autocomplete}`, () => {
    const { composer, parts } = compose();
    composer.follow({ kind, slot: kind });
    const { input, lettersButton } = parts;
    assert.deepEqual([input.inputMode, input.autocomplete], [inputMode, autocomplete]);
    assert.equal(lettersButton.hidden, !hasLetters);
  });
}

test("where there is a real keyboard, nobody needs to be given letters", () => {
  const { composer, parts } = compose({ isTouch: false });
  composer.follow({ kind: "code", slot: "code" });
  assert.equal(parts.lettersButton.hidden, true);
});

test("letters can be had while a number is asked for", () => {
  const { composer, parts } = compose();
  composer.follow({ kind: "code", slot: "code" });
  parts.lettersButton.onclick();
  assert.deepEqual([parts.input.inputMode, parts.lettersButton.hidden], ["text", true]);
});

test("Enter says it, Shift+Enter and an unfinished word do not", () => {
  const { parts, said } = compose();
  const press = (more) => parts.input.onkeydown({ key: "Enter", preventDefault() {}, ...more });
  parts.input.value = " 123456 ";
  press({ shiftKey: true });
  press({ isComposing: true });
  assert.deepEqual(said, []);
  press({});
  assert.deepEqual([said, parts.input.value], [["123456"], ""]);
});

test("what is too long is counted before it is sent, in bytes", () => {
  const { parts, said } = compose();
  const type = (text) => {
    parts.input.value = text;
    parts.input.oninput();
  };
  type("short");
  assert.equal(parts.counter.hidden, true);
  type("中".repeat(3100));
  assert.deepEqual([parts.counter.hidden, parts.counter.textContent], [false, "left 234"]);
  type("x".repeat(10_007));
  assert.deepEqual([parts.counter.textContent, parts.sendButton.disabled], ["over 7", true]);
  parts.form.requestSubmit();
  assert.deepEqual(said, []);
});

function counterLine() {
  return { classList: { toggle() {} } };
}
