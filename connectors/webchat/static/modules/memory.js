// What the browser remembers: the conversation, what was not sent yet, whether the panel is open.
const KEY = "concierge-chat";

/** A small store in localStorage; works without it too, until the page is left. */
export class Memory {
  constructor(storage = safeStorage()) {
    this.storage = storage;
    this.values = this.#read();
  }

  #read() {
    try {
      const found = JSON.parse(this.storage?.getItem(KEY) ?? "{}");
      return found && typeof found === "object" ? found : {};
    } catch {
      return {};
    }
  }

  get(name, otherwise = null) {
    return this.values[name] ?? otherwise;
  }

  set(values) {
    Object.assign(this.values, values);
    try {
      this.storage?.setItem(KEY, JSON.stringify(this.values));
    } catch {
      // Private mode or a full disk: the chat still works in this page.
    }
  }

  /** Forget the conversation, for a new one or for another person at this browser. */
  forget() {
    this.set({ id: null, token: null, queue: [], last: 0, seen: 0 });
  }
}

function safeStorage() {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}
