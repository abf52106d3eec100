// As much of a browser as the widget's connection needs, with a clock that is put forward by hand.
import { mock } from "node:test";

const MODULES = new URL("../../../connectors/webchat/static/modules/", import.meta.url);
export const { Connection } = await import(new URL("connection.js", MODULES).href);
export const { upload } = await import(new URL("picture.js", MODULES).href);
export const { Memory } = await import(new URL("memory.js", MODULES).href);

/** A fresh tab with a memory that outlives it; `answer(request)` gives the shop's answers. */
export function openTab({ kept = new Map(), answer }) {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"] });
  const window = new EventTarget();
  const tab = { kept, window, sockets: [], requests: [], said: [], answer };
  Object.assign(globalThis, {
    window: { localStorage: storage(kept) },
    addEventListener: window.addEventListener.bind(window),
    document: Object.assign(new EventTarget(), { hidden: false }),
    WebSocket: socketClass(tab),
    fetch: (address, init) => fetched(tab, address, init),
  });
  Object.defineProperty(globalThis, "navigator", { value: { onLine: true }, configurable: true });
  tab.memory = new Memory();
  tab.connection = new Connection(new URL("http://shop.example/chat/"), tab.memory, { language: "en" });
  for (const type of ["online", "refused", "messages", "moved"]) {
    tab.connection.addEventListener(type, ({ detail }) => tab.said.push({ type, ...detail }));
  }
  return tab;
}

/** A tab whose conversation has begun and whose socket is ready. */
export async function connectedTab(options) {
  const tab = openTab(options);
  const connected = tab.connection.connect();
  await settle();
  await connected;
  tab.sockets[0].ready();
  return tab;
}

/** Let time pass and everything happen that was due. */
export async function pass(milliseconds) {
  mock.timers.tick(milliseconds);
  await settle();
}

export function settle() {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Another tab writes into the memory they share. */
export function writeElsewhere(tab, values) {
  const known = JSON.parse(tab.kept.get("concierge-chat") ?? "{}");
  tab.kept.set("concierge-chat", JSON.stringify({ ...known, ...values }));
  tab.window.dispatchEvent(Object.assign(new Event("storage"), { key: "concierge-chat" }));
}

/** The texts that went out through a socket, in order. */
export function texts(socket) {
  return socket.sent.filter(({ type }) => type === "message").map(({ text }) => text);
}

function storage(kept) {
  return {
    get length() {
      return kept.size;
    },
    key: (index) => [...kept.keys()][index],
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => kept.set(key, value),
    removeItem: (key) => kept.delete(key),
  };
}

function socketClass(tab) {
  return class {
    static OPEN = 1;
    readyState = 0;
    sent = [];

    constructor() {
      tab.sockets.push(this);
    }

    send(text) {
      this.sent.push(JSON.parse(text));
    }

    close() {
      this.readyState = 3;
    }

    ready() {
      this.readyState = 1;
      this.onopen();
      this.hear({ type: "ready", handled_by: "bot" });
    }

    hear(news) {
      this.onmessage({ data: JSON.stringify(news) });
    }

    fail() {
      this.readyState = 3;
      this.onclose({ code: 1006 });
    }
  };
}

async function fetched(tab, address, init) {
  const { pathname: path, search } = address;
  const request = { path, search, method: init.method ?? "GET", ...body(init) };
  tab.requests.push(request);
  const { status, told, headers = {} } = tab.answer(request);
  return {
    status,
    ok: status < 300,
    headers: new Headers(headers),
    json: async () => (told === undefined ? JSON.parse("<h1>") : told),
  };
}

function body(init) {
  return typeof init.body === "string" ? JSON.parse(init.body) : {};
}
