// A chat that talks to nobody: for whoever is trying out how it looks.

/** In the place of a connection; what is said into it is taken and goes nowhere. */
export class Preview extends EventTarget {
  last = 0;
  queue = [];
  hasConversation = false;
  identity = null;
  requests = { home: async () => null, judge() {} };
  #number = 0;

  constructor(t) {
    super();
    this.t = t;
  }

  async connect() {
    if (this.#number) return;
    this.#say("shopper", this.t("starter.find"));
    this.#say("bot", this.t("preview.answer"), [{ title: this.t("starter.order"), payload: "-" }, { title: this.t("person"), payload: "-" }]);
  }

  send() {
    const id = `preview-${this.#number + 1}`;
    const message = { id: (this.#number += 1), author: "shopper" };
    setTimeout(() => this.dispatchEvent(new CustomEvent("accepted", { detail: { client_message_id: id, message, is_answered: true } })));
    return id;
  }

  callPerson() {
    return this.send();
  }

  startOver() {
    this.#number = 0;
  }

  async reload() {
    this.#number = 0;
    await this.connect();
  }

  setLanguage() {}

  seen() {}

  typing() {}

  end() {}

  #say(author, text, buttons = []) {
    const message = { id: (this.#number += 1), author, text, buttons, created_at: new Date().toISOString() };
    this.last = this.#number;
    this.dispatchEvent(new CustomEvent("messages", { detail: { messages: [message] } }));
  }
}
