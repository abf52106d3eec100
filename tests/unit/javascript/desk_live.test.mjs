// The desk's socket: a dead one is noticed, said and replaced; then everything is asked for again.
import assert from "node:assert/strict";
import { mock, test } from "node:test";

const MODULES = new URL("../../../desk/web/static/js/", import.meta.url);
const { listen } = await import(new URL("live.js", MODULES).href);

/** A page of the desk that listens; its sockets, and what it heard and was told of its state. */
function openPage() {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
  const page = { window: new EventTarget(), sockets: [], heard: [], states: [] };
  Object.assign(globalThis, {
    addEventListener: page.window.addEventListener.bind(page.window),
    document: Object.assign(new EventTarget(), { hidden: false }),
    location: { protocol: "https:", host: "shop.example" },
    WebSocket: socketClass(page.sockets),
  });
  listen({
    ticket: "7",
    heard: ({ type }) => page.heard.push(type),
    state: (isUp) => page.states.push(isUp),
  });
  page.sockets[0].hear({ type: "ready" });
  page.heard.length = 0;
  return page;
}

function socketClass(sockets) {
  return class extends EventTarget {
    static OPEN = 1;
    readyState = 1;
    sent = [];

    constructor() {
      super();
      sockets.push(this);
    }

    send(text) {
      this.sent.push(JSON.parse(text));
    }

    close() {
      this.readyState = 3;
    }

    hear(news) {
      this.dispatchEvent(Object.assign(new Event("message"), { data: JSON.stringify(news) }));
    }
  };
}

test("a socket that answers nothing is said to be lost and replaced", () => {
  const page = openPage();
  mock.timers.tick(20_000);
  assert.deepEqual(page.sockets[0].sent, [{ type: "ping" }]);
  mock.timers.tick(5_999);
  assert.deepEqual(page.states, [true]);
  mock.timers.tick(1);
  assert.deepEqual(page.states, [true, false]);
  mock.timers.tick(700);
  page.sockets[1].hear({ type: "ready" });
  assert.deepEqual(page.states, [true, false, true]);
  assert.deepEqual(page.heard, ["queue", "ticket"]);
  assert.equal(page.sockets[0].readyState, 3);
});

test("a socket that answers is kept, and its answer is no news", () => {
  const page = openPage();
  mock.timers.tick(20_000);
  page.sockets[0].hear({ type: "pong" });
  mock.timers.tick(10_000);
  assert.deepEqual([page.sockets.length, page.states, page.heard], [1, [true], []]);
});

test("back in the net, the socket is asked at once", () => {
  const page = openPage();
  page.window.dispatchEvent(new Event("online"));
  assert.deepEqual(page.sockets[0].sent, [{ type: "ping" }]);
});

test("what a replaced socket still says is not heard", () => {
  const page = openPage();
  mock.timers.tick(20_000);
  mock.timers.tick(6_000);
  page.sockets[0].hear({ type: "queue" });
  assert.deepEqual(page.heard, []);
});
