// Where the shopper writes. It offers the keyboard and the autofill that fit what is asked for.
const HIGHEST_PX = 138;
const PLAIN = { inputMode: "text", autocomplete: "off" };
const FITTING = {
  code: { inputMode: "numeric", autocomplete: "one-time-code" },
  order_number: { inputMode: "numeric", autocomplete: "off" },
  email: { inputMode: "email", autocomplete: "email" },
  address: { inputMode: "text", autocomplete: "street-address" },
};

/** Holds the text field; `submit(text)` is called with what is to be said, `typed()` on the way. */
export class Composer {
  constructor(parts, { submit, typed }) {
    this.parts = parts;
    parts.form.onsubmit = (event) => {
      event.preventDefault();
      const text = parts.input.value.trim();
      if (!text) return;
      parts.input.value = "";
      this.#fit();
      submit(text);
    };
    parts.input.oninput = () => {
      this.#fit();
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
  }
}
