// The chat's connection: dead sockets, a full shop, plain requests, several tabs.
import assert from "node:assert/strict";
import { test } from "node:test";
import { connectedTab, openTab, pass, settle, texts, upload, writeElsewhere } from "./browser.mjs";

const BEGUN = { status: 201, told: { conversation_id: "one", token: "t" } };
const NOTHING_NEW = { status: 200, told: { messages: [], handled_by: "bot" } };
const isBegin = ({ path }) => path.endsWith("/conversations");
const answer = (request) => (isBegin(request) ? BEGUN : NOTHING_NEW);

/** A tab whose sockets all failed; `answerNow` gives the shop's answers from then on. */
async function pollingTab(answerNow) {
  const tab = await connectedTab({ answer });
  for (let failed = 0; failed < 3; failed += 1) {
    tab.sockets.at(-1).fail();
    await pass(8000);
  }
  tab.answer = answerNow;
  tab.said.length = 0;
  return tab;
}

test("a socket that answers nothing is given up, and its message goes out on a new one", async () => {
  const tab = await connectedTab({ answer });
  tab.connection.send("hello");
  await pass(5999);
  assert.deepEqual(tab.said, []);
  await pass(1);
  assert.deepEqual(tab.said, [{ type: "online", isOnline: false }]);
  await pass(600);
  tab.sockets[1].ready();
  assert.deepEqual(texts(tab.sockets[1]), ["hello"]);
  assert.deepEqual(tab.said.at(-1), { type: "online", isOnline: true });
});

test("a quiet socket is asked whether it lives, and kept when it answers", async () => {
  const tab = await connectedTab({ answer });
  await pass(20000);
  assert.equal(tab.sockets[0].sent.at(-1).type, "ping");
  tab.sockets[0].hear({ type: "pong" });
  await pass(10000);
  assert.equal(tab.sockets.length, 1);
  await pass(10000);
  await pass(6000);
  await pass(600);
  assert.equal(tab.sockets.length, 2);
});

test("a new socket asks for what came while the old one was dead", async () => {
  const tab = await connectedTab({ answer });
  tab.sockets[0].hear({ type: "messages", messages: [{ id: 7, author: "bot" }] });
  await pass(20000);
  await pass(6000);
  await pass(600);
  tab.sockets[1].ready();
  assert.equal(tab.sockets[1].sent[0].after, 7);
});

test("back in the net, the offline word goes when the old socket still answers", async () => {
  const tab = await connectedTab({ answer });
  tab.window.dispatchEvent(new Event("offline"));
  assert.deepEqual(tab.said.at(-1), { type: "online", isOnline: false });
  tab.window.dispatchEvent(new Event("online"));
  tab.sockets[0].hear({ type: "pong" });
  assert.deepEqual(tab.said.at(-1), { type: "online", isOnline: true });
});

test("a socket that never opens is given up too", async () => {
  const tab = openTab({ answer });
  tab.connection.connect();
  await settle();
  await pass(10000);
  await pass(600);
  assert.equal(tab.sockets.length, 2);
});

test("a full shop is not asked again before it said, and gets the message then", async () => {
  const tab = await connectedTab({ answer });
  const id = tab.connection.send("hello");
  tab.sockets[0].hear({ type: "error", error: "busy", retry_after: 13, client_message_id: id });
  assert.equal(tab.said.at(-1).isWaiting, true);
  tab.connection.send("and this");
  await pass(12900);
  assert.deepEqual(texts(tab.sockets.at(-1)), ["hello"]);
  await pass(4100);
  assert.deepEqual(texts(tab.sockets.at(-1)), ["hello", "hello", "and this"]);
});

test("a full shop that begins no conversation is asked again later", async () => {
  const full = { status: 503, told: { error: "busy" }, headers: { "Retry-After": "3" } };
  const tab = openTab({ answer: () => full });
  tab.connection.send("hello");
  await settle();
  assert.deepEqual(tab.said, [{ type: "refused", error: "busy", isWaiting: true }]);
  tab.answer = answer;
  await pass(4000);
  tab.sockets[0].ready();
  assert.deepEqual(texts(tab.sockets[0]), ["hello"]);
});

for (const [name, refusal] of [
  ["503", { status: 503, told: { error: "unheard_of" }, headers: { "Retry-After": "2" } }],
  ["a proxy's page", { status: 502 }],
  ["429", { status: 429, told: { error: "too_many_requests" }, headers: { "Retry-After": "2" } }],
]) {
  test(`without sockets, what was refused with ${name} is posted again`, async () => {
    let refusals = 0;
    const tab = await pollingTab(({ method }) => {
      if (method === "GET") return NOTHING_NEW;
      refusals += 1;
      return refusals === 1 ? refusal : { status: 200, told: {} };
    });
    tab.connection.send("hello");
    await settle();
    assert.deepEqual(tab.connection.queue.map(({ text }) => text), ["hello"]);
    assert.equal(tab.said.find(({ type }) => type === "refused").isWaiting, true);
    for (let rounds = 0; rounds < 3; rounds += 1) await pass(4000);
    assert.deepEqual(tab.connection.queue, []);
    assert.equal(refusals, 2);
  });
}

test("where plain requests come through, a socket that fails again is no news", async () => {
  const tab = await pollingTab(() => NOTHING_NEW);
  await pass(4000);
  tab.said.length = 0;
  tab.sockets.at(-1).fail();
  await settle();
  assert.deepEqual(tab.said.filter(({ type }) => type === "online"), []);
});

test("what is refused for good leaves the queue", async () => {
  const tab = await pollingTab(() => ({ status: 422, told: { error: "too_long" } }));
  const id = tab.connection.send("far too long");
  await settle();
  assert.deepEqual(tab.connection.queue, []);
  const { error, isWaiting, client_message_id: refused } = tab.said.at(-1);
  assert.deepEqual([error, isWaiting, refused], ["too_long", false, id]);
});

test("without sockets, words for a conversation that is gone begin a new one", async () => {
  const tab = await pollingTab((request) => {
    if (isBegin(request)) return { status: 201, told: { conversation_id: "two", token: "u" } };
    return request.path.includes("/two/") ? NOTHING_NEW : { status: 404, told: { error: "not_found" } };
  });
  tab.connection.send("hello");
  for (let rounds = 0; rounds < 3; rounds += 1) await pass(4000);
  assert.equal(tab.memory.get("id"), "two");
  assert.deepEqual(tab.connection.queue, []);
});

test("a tab follows the conversation that another tab begins", async () => {
  const tab = openTab({ answer });
  writeElsewhere(tab, { id: "theirs", token: "u" });
  await settle();
  tab.sockets[0].ready();
  assert.equal(tab.sockets[0].sent[0].conversation_id, "theirs");
  assert.deepEqual(tab.requests, []);
});

test("words said after another tab began anew go into the new conversation", async () => {
  const tab = await connectedTab({ answer });
  const known = JSON.parse(tab.kept.get("concierge-chat"));
  tab.kept.set("concierge-chat", JSON.stringify({ ...known, id: "theirs", token: "u" }));
  tab.connection.send("hello"); // (before the browser has told this tab)
  await settle();
  tab.sockets.at(-1).ready();
  assert.deepEqual(tab.said.filter(({ type }) => type === "moved").length, 1);
  assert.deepEqual(texts(tab.sockets[0]), []);
  assert.equal(tab.sockets[1].sent[0].conversation_id, "theirs");
  assert.deepEqual(texts(tab.sockets[1]), ["hello"]);
  assert.equal(tab.memory.get("id"), "theirs");
});

test("what one tab writes does not undo what another one wrote", async () => {
  const tab = await connectedTab({ answer });
  tab.connection.send("mine");
  writeElsewhere(tab, { seen: 9 });
  tab.memory.push({ id: "z", at: 1, text: "theirs" });
  tab.memory.set({ open: true });
  assert.equal(tab.memory.get("seen"), 9);
  assert.deepEqual(tab.connection.queue.map(({ text }) => text), ["mine", "theirs"]);
});

test("a full disk leaves the chat a memory of the page", async () => {
  const tab = openTab({ answer });
  tab.memory.set({ open: true });
  window.localStorage.setItem = () => {
    throw new Error("QuotaExceededError");
  };
  tab.memory.set({ seen: 3 });
  assert.deepEqual([tab.memory.get("open"), tab.memory.get("seen")], [true, 3]);
});

for (const [name, refusals, isSent] of [
  ["twice", 2, true],
  ["again and again", 9, false],
]) {
  test(`a picture that a full shop refuses ${name} is ${isSent ? "sent" : "given back"}`, async () => {
    const asked = [];
    const tab = await connectedTab({ answer });
    tab.answer = ({ path, search }) => {
      if (!path.endsWith("/pictures")) return NOTHING_NEW;
      asked.push(search);
      if (asked.length > refusals) return { status: 200, told: { message_id: 5 } };
      return { status: 503, told: { error: "busy" }, headers: { "Retry-After": "2" } };
    };
    let ended = null;
    const sent = upload(tab.connection, { type: "image/jpeg" }, "p1", null, () => {});
    sent.then((told) => (ended = told.message_id), (error) => (ended = error.code));
    for (let rounds = 0; rounds < 5; rounds += 1) {
      await settle();
      await pass(3000);
    }
    assert.equal(ended, isSent ? 5 : "busy");
    assert.deepEqual(asked, Array(isSent ? 3 : 4).fill("?client_message_id=p1"));
  });
}
