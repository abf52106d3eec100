// Where the shopper writes. It offers the keyboard and the autofill that fit what is asked for.
const HIGHEST_PX = 138;
const TYPING_EVERY_MS = 3000;
const LONGEST = 10_000; // bytes that the shop takes
const WARNS_FROM = 9_000;
const PLAIN = { inputMode: "text", autocomplete: "off" };
const FITTING = {
  code: { inputMode: "numeric", autocomplete: "one-time-code" },
  order_number: { inputMode: "numeric", autocomplete: "off" },
  email: { inputMode: "email", autocomplete: "email" },
  name: { inputMode: "text", autocomplete: "name" },
  postcode: { inputMode: "text", autocomplete: "postal-code" },
  digits: { inputMode: "numeric", autocomplete: "off" },
  address: { inputMode: "text", autocomplete: "street-address" },
};

/** Holds the text field; `submit(text)` is called with what is to be said, `typed()` now and then on the way. */
export class Composer {
  #typedAt = 0;

  constructor(parts, { submit, typed, t }) {
    this.parts = parts;
    this.t = t;
    parts.form.onsubmit = (event) => {
      event.preventDefault();
      const text = parts.input.value.trim();
      if (!text || bytes(text) > LONGEST) return;
      parts.input.value = "";
      this.#fit();
      submit(text);
    };
    parts.input.oninput = () => {
      this.#fit();
      if (Date.now() - this.#typedAt < TYPING_EVERY_MS) return;
      this.#typedAt = Date.now();
      typed();
    };
    parts.input.onkeydown = (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        parts.form.requestSubmit();
      }
    };
    // A number pad has no letters, and whoever is asked for a number may want to say something else.
    parts.lettersButton.onclick = () => {
      this.follow(null);
      parts.input.blur();
      parts.input.focus();
    };
  }

  /** Fit what a message asks for; null where it asks for nothing. */
  follow(asks) {
    const { inputMode, autocomplete } = FITTING[asks?.kind] ?? PLAIN;
    const { input, lettersButton } = this.parts;
    input.inputMode = inputMode;
    input.autocomplete = autocomplete;
    lettersButton.hidden = inputMode !== "numeric" || !matchMedia("(pointer: coarse)").matches;
  }

  #fit() {
    const { input } = this.parts;
    input.style.height = "auto";
    input.style.height = `${Math.min(input.scrollHeight, HIGHEST_PX)}px`;
    this.#count(input.value);
  }

  /** How many letters there is room for, when it grows short. */
  #count(text) {
    const { counter, sendButton } = this.parts;
    const taken = bytes(text);
    const isOver = taken > LONGEST;
    counter.hidden = taken < WARNS_FROM;
    counter.classList.toggle("over", isOver);
    sendButton.disabled = isOver;
    const count = Math.ceil((Math.abs(LONGEST - taken) * text.length) / (taken || 1));
    if (!counter.hidden) counter.textContent = this.t(isOver ? "over" : "left", { count });
  }
}

function bytes(text) {
  return new TextEncoder().encode(text).length;
}
