// What came while the panel was closed: a number on the launcher and the first words over it.
const PEEK_LETTERS = 110;

/** Counts messages that were not seen; `changed(count)` is called when there are more or fewer. */
export class Unread {
  #ids = new Set();
  #count = 0;

  constructor(parts, { t, isOpen, changed }) {
    Object.assign(this, { parts, t, isOpen, changed });
  }

  get ids() {
    return [...this.#ids];
  }

  set(ids) {
    this.#ids = new Set(ids);
    const count = this.#ids.size;
    const { badge, launcher } = this.parts;
    badge.hidden = count === 0;
    badge.textContent = count > 9 ? "9+" : String(count);
    if (!this.isOpen()) launcher.setAttribute("aria-label", this.t("open") + (count ? ` (${count})` : ""));
    if (count === this.#count) return;
    this.#count = count;
    if (count === 0) this.peek("");
    this.changed(count);
  }

  /** What was said meanwhile, or the way back, over the launcher; "" hides it. */
  peek(text) {
    const { peek, peekText, launcher } = this.parts;
    const letters = [...text.replaceAll("**", "")];
    peekText.textContent = letters.slice(0, PEEK_LETTERS).join("") + (letters.length > PEEK_LETTERS ? "…" : "");
    peek.hidden = !text || this.isOpen() || launcher.hidden;
  }
}
