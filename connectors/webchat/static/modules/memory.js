// What the browser remembers, one memory for all tabs of the shop: the conversation, what was not
// sent yet, whether the panel is open. What only one tab knows is not kept here.
const KEY = "concierge-chat";
const QUEUE = `${KEY}.queue.`; // an entry each, so that two tabs never write over each other

/** Every reading is fresh; says "changed" when another tab wrote. Works without localStorage too. */
export class Memory extends EventTarget {
  #text = null;
  #values = {};

  constructor(storage = safeStorage()) {
    super();
    this.storage = storage ?? new PageStorage();
    globalThis.addEventListener?.("storage", ({ key }) => {
      if (key === null || key.startsWith(KEY)) this.dispatchEvent(new Event("changed"));
    });
  }

  get(name, otherwise = null) {
    return this.#read()[name] ?? otherwise;
  }

  set(values) {
    this.#write(KEY, JSON.stringify({ ...this.#read(), ...values }));
  }

  /** What was not sent yet, the oldest first. */
  get queue() {
    const entries = queued(this.storage).map((key) => parsed(this.storage.getItem(key)));
    return entries.filter((entry) => entry.id).sort((one, other) => one.at - other.at);
  }

  push(entry) {
    this.#write(QUEUE + entry.id, JSON.stringify(entry));
  }

  drop(id) {
    this.storage.removeItem(QUEUE + id);
  }

  /** Forget the conversation, for a new one or for another person at this browser. */
  forget() {
    for (const key of queued(this.storage)) this.storage.removeItem(key);
    this.leave();
  }

  /** Forget the conversation, but not what is still to be said in the next one. */
  leave() {
    this.set({ id: null, token: null, seen: 0 });
  }

  #read() {
    const text = this.storage.getItem(KEY);
    if (text !== this.#text) {
      this.#text = text;
      this.#values = parsed(text);
    }
    return this.#values;
  }

  #write(key, text) {
    try {
      this.storage.setItem(key, text);
    } catch {
      // Private mode or a full disk: the chat goes on with a memory of this page alone.
      this.storage = new PageStorage(this.storage);
      this.storage.setItem(key, text);
    }
  }
}

function queued(storage) {
  const keys = Array.from({ length: storage.length }, (_, index) => storage.key(index));
  return keys.filter((key) => key.startsWith(QUEUE));
}

function parsed(text) {
  try {
    const found = JSON.parse(text ?? "{}");
    return found && typeof found === "object" ? found : {};
  } catch {
    return {};
  }
}

function safeStorage() {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}

/** A storage that lasts as long as the page. */
export class PageStorage {
  #values = new Map();

  constructor(other = null) {
    for (let index = 0; index < (other?.length ?? 0); index += 1) {
      const key = other.key(index);
      if (key.startsWith(KEY)) this.#values.set(key, other.getItem(key));
    }
  }

  get length() {
    return this.#values.size;
  }

  key(index) {
    return [...this.#values.keys()][index];
  }

  getItem(key) {
    return this.#values.get(key) ?? null;
  }

  setItem(key, text) {
    this.#values.set(key, text);
  }

  removeItem(key) {
    this.#values.delete(key);
  }
}
