// The line under the chat's head: no connection, a full shop, a page that the shop does not know.

export class Banner {
  #isWaiting = false; // it says that messages go out later

  constructor(part, t) {
    this.part = part;
    this.t = t;
  }

  /** Messages go out by themselves when the shop has room. */
  waiting(error) {
    this.#isWaiting = true;
    this.#show(this.t(error === "too_many_requests" ? "slow" : "busy"));
  }

  waitNoLonger() {
    if (this.#isWaiting) this.part.hidden = true;
    this.#isWaiting = false;
  }

  online(isOnline) {
    this.#isWaiting = false;
    if (isOnline) this.part.hidden = true;
    else this.#show(this.t(navigator.onLine ? "reconnecting" : "offline"));
  }

  unwelcome(origin) {
    this.#show(this.t("unwelcome", { origin }));
  }

  #show(text) {
    this.part.textContent = text;
    this.part.hidden = false;
  }
}
