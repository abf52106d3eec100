// The question that still waits while the shopper speaks of something else: a line over the composer,
// not the same bubble again and again.

/** Keeps what was asked; `take(message)` shows the question again when the shopper goes back to it. */
export class Waiting {
  #slot = null; // of what was asked last
  #message = null;

  constructor({ waiting, waitingGo, waitingClose, input }, { t, take }) {
    Object.assign(this, { waiting, waitingGo, input, t });
    waitingGo.onclick = () => {
      const message = this.#message;
      this.clear();
      take(message);
      input.focus();
    };
    waitingClose.onclick = () => {
      this.clear();
      input.focus();
    };
  }

  /** Whether a message only repeats, behind an answer to something else, what is asked already. */
  holds({ author, asks, text, ...rest }, isBehindAnswer) {
    const slot = asks?.slot;
    const isRepeated = Boolean(slot) && author === "bot" && slot === this.#slot && isBehindAnswer;
    if (slot) this.#slot = slot;
    if (!isRepeated) return false;
    this.#message = { author, asks, text, ...rest };
    this.waitingGo.textContent = this.t("waiting", { question: text });
    this.waiting.hidden = false;
    return true;
  }

  clear() {
    this.waiting.hidden = true;
    this.#message = null;
  }
}
