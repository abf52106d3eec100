// The way to the shop: one conversation, a queue that survives reloads, a socket that comes back.
import { failure, later, newId, Requests } from "./requests.js";

const RETRY_MS = [500, 1000, 2000, 4000, 8000, 15000];
const PING_MS = 20000;
const POLL_MS = 4000;
const RESEND_MS = 8000;
const OPENING_MS = 10000; // longest between opening a socket and the shop's first word
const ANSWER_MS = 6000; // longest between a question on the socket and the shop's next word
const REFUSED = 4401; // the shop knows no such conversation, or the token is not its own
const STARTING = "concierge-chat-start";
const UNKNOWN = new Set([401, 404]); // the same, of a request
const WAITS = new Set(["too_many_requests", "busy", "unavailable"]);

/**
 * Says "messages", "status", "accepted", "refused", "typing", "online" and "moved" as events:
 * "refused" with `isWaiting` for what goes out later by itself, "moved" when another tab began or
 * left a conversation, which this tab follows, "unwelcome" with the `origin` where the shop does
 * not know this page. `last` is the newest message this tab has.
 */
export class Connection extends EventTarget {
  last = 0;
  #place = null; // the conversation this tab shows
  #isOnline = true;
  #deadline = 0;
  #notBefore = 0;
  #later = 0;
  #isPosting = false;
  #socket = null;
  #failures = 0;
  #timer = 0;
  #poller = 0;
  #opening = null;
  #ending = new AbortController();

  constructor(base, memory, { language, identity }) {
    super();
    this.base = base;
    this.memory = memory;
    this.requests = new Requests(base, memory);
    this.language = language;
    this.identity = identity || null;
    this.isReady = false;
    const { signal } = this.#ending;
    addEventListener("online", () => this.#look(), { signal });
    addEventListener("offline", () => this.#setOnline(false), { signal });
    document.addEventListener("visibilitychange", () => document.hidden || this.#look(), { signal });
    memory.addEventListener("changed", () => this.#follow() && this.#place && this.connect(), { signal });
    this.beating = setInterval(() => this.#beat(), PING_MS);
  }

  /** Leave the page for good. */
  end() {
    this.#ending.abort();
    clearInterval(this.beating);
    clearInterval(this.#poller);
    clearTimeout(this.#later);
    this.#close();
  }

  get hasConversation() {
    return Boolean(this.memory.get("id"));
  }

  get queue() {
    return this.memory.queue;
  }

  /** Put a message in the queue; it stays there until the shop has stored it. */
  send(text, page) {
    return this.#queue({ text, ...(page ? { page } : {}) });
  }

  /** Ask for a person; this works even when the assistant is down. */
  callPerson(text) {
    return this.#queue({ text, person: true });
  }

  #queue(what) {
    const id = newId();
    this.memory.push({ id, at: Date.now(), ...what });
    this.#flush();
    return id;
  }

  typing() {
    if (this.isReady) this.#transmit({ type: "typing" });
  }

  /** The shopper has everything up to this message before their eyes. */
  seen(id) {
    if (this.isReady) this.#transmit({ type: "seen", after: id });
    else if (this.#poller) this.requests.tell("seen", { after: id }).catch(() => {});
  }

  async setLanguage(language) {
    this.language = language;
    if (this.hasConversation) await this.requests.tell("language", { language }).catch(() => {});
  }

  startOver() {
    this.memory.forget();
    this.#place = null;
    this.last = 0;
    this.#close();
  }

  /** Fetch the history again, for a log that was drawn anew. */
  async reload() {
    await this.#opening;
    this.#close();
    this.last = 0;
    await this.connect();
  }

  /** Make sure that there is a conversation and a socket. */
  async connect() {
    this.#opening ??= this.#open().finally(() => (this.#opening = null));
    await this.#opening;
  }

  async #open() {
    if (this.#socket || this.#ending.signal.aborted) return;
    try {
      if (!this.hasConversation) await this.#start();
    } catch (error) {
      if (error.retryAfter) this.#say("refused", { error: error.code, isWaiting: true });
      else {
        const origin = error.code ? null : await this.requests.turnedAway();
        if (origin) return this.#say("unwelcome", { origin });
        this.#setOnline(false);
      }
      this.#retry(error.retryAfter);
      return;
    }
    this.#follow();
    if (!this.#place) return; // another tab has just left it, and begins the next one
    const address = new URL("ws", this.base);
    address.protocol = address.protocol.replace("http", "ws");
    const socket = new WebSocket(address);
    const place = this.#place;
    this.#socket = socket;
    this.#expect(OPENING_MS);
    socket.onopen = () =>
      this.#transmit({
        type: "auth",
        conversation_id: place,
        token: this.memory.get("token"),
        after: this.last,
      });
    socket.onmessage = (event) => this.#receive(JSON.parse(event.data));
    socket.onclose = (event) => this.#lost(event.code === REFUSED ? place : null);
  }

  /** Begin a conversation, unless another tab does so at this moment. */
  async #start() {
    const once = () => (this.hasConversation ? null : this.#create());
    await (navigator.locks ? navigator.locks.request(STARTING, once) : once());
  }

  async #create() {
    const body = { language: this.language, ...(this.identity && { identity: this.identity }) };
    let response = await this.requests.post("api/conversations", body);
    if (response.status === 401 && this.identity) {
      this.identity = null; // the page is older than its proof of who is reading it
      response = await this.requests.post("api/conversations", { language: this.language });
    }
    if (!response.ok) throw await failure(response);
    const { conversation_id: id, token } = await response.json();
    this.#place = id;
    this.last = 0;
    this.memory.set({ id, token, seen: 0 });
  }

  /** Show the conversation that the browser remembers; whether that is another one. */
  #follow() {
    const place = this.memory.get("id");
    if (place === this.#place) return false;
    const hadOne = this.#place !== null;
    this.#place = place;
    this.last = 0;
    this.#close();
    if (hadOne) this.#say("moved", {});
    return true;
  }

  #receive(news) {
    this.#answered();
    if (news.type === "ready") {
      this.isReady = true;
      this.#failures = 0;
      clearInterval(this.#poller);
      this.#poller = 0;
      this.#flush();
    }
    // What comes in while the browser says that it is offline was on its way before.
    if (this.isReady && (navigator.onLine || news.type === "ready")) this.#setOnline(true);
    if (news.type === "ready" || news.type === "status") this.#say("status", news);
    else if (news.type === "messages") this.#take(news.messages);
    else if (news.type === "accepted") {
      this.memory.drop(news.client_message_id);
      this.#say("accepted", news);
    } else if (news.type === "typing") this.#say("typing", news);
    else if (news.type === "error") this.#refused(news);
  }

  #take(messages) {
    if (!messages.length) return;
    for (const message of messages) {
      if (message.client_message_id) this.memory.drop(message.client_message_id);
    }
    this.last = Math.max(this.last, messages.at(-1).id);
    this.#say("messages", { messages });
  }

  #refused(news) {
    const isWaiting = WAITS.has(news.error);
    if (isWaiting) this.#wait(news.retry_after);
    else if (news.client_message_id) this.memory.drop(news.client_message_id);
    this.#say("refused", { ...news, isWaiting });
  }

  /** Send nothing before the shop has room again. */
  #wait(seconds) {
    const wait = later(seconds);
    this.#notBefore = Date.now() + wait;
    clearTimeout(this.#later);
    this.#later = setTimeout(() => {
      this.#notBefore = 0;
      this.#flush();
    }, wait);
  }

  #flush() {
    if (this.#follow()) return void this.connect();
    if (this.#poller) return void this.#flushByPost();
    if (!this.isReady) return void this.connect();
    if (Date.now() < this.#notBefore || !this.queue.length) return;
    this.#ask();
    for (const entry of this.queue) {
      const said = entry.person ? { type: "person" } : { type: "message", ...words(entry) };
      this.#transmit({ ...said, client_message_id: entry.id });
    }
  }

  #transmit(body) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(body));
  }

  #beat() {
    this.#ask();
    const isStuck = this.queue.some((entry) => Date.now() - entry.at > RESEND_MS);
    if (isStuck) this.#flush();
  }

  // A connection can die without a word: a proxy or a sleeping computer swallows all that is sent.
  // So every question wants an answer in time.

  #ask() {
    if (!this.isReady || this.#deadline) return;
    this.#transmit({ type: "ping" });
    this.#expect(ANSWER_MS);
  }

  #expect(wait) {
    this.#answered();
    this.#deadline = setTimeout(() => {
      this.#close();
      this.#lost(null);
    }, wait);
  }

  #answered() {
    clearTimeout(this.#deadline);
    this.#deadline = 0;
  }

  /** The page is back in front or in the net: see whether the connection lives. */
  #look() {
    if (this.#socket) this.#ask();
    else this.#reconnectNow();
  }

  #setOnline(isOnline) {
    if (isOnline && this.#isOnline) return;
    this.#isOnline = isOnline;
    this.#say("online", { isOnline });
  }

  /** The socket is gone, because the shop does not know the conversation `unknown`, or by itself. */
  #lost(unknown) {
    this.#answered();
    this.#socket = null;
    this.isReady = false;
    if (unknown) this.#leave(unknown);
    if (!this.#poller) this.#setOnline(false); // (else plain requests say whether they come through)
    this.#retry();
  }

  /** Give a conversation up, unless another tab has given it up already. */
  #leave(place) {
    if (place === this.memory.get("id")) this.memory.leave();
    this.#place = null;
    this.last = 0;
  }

  #retry(seconds) {
    const wait = seconds ? seconds * 1000 : RETRY_MS[Math.min(this.#failures, 5)];
    this.#failures += 1;
    if (this.#failures >= 3 && navigator.onLine && this.hasConversation) this.#startPolling();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.connect(), wait * (0.8 + Math.random() * 0.4));
  }

  #reconnectNow() {
    clearTimeout(this.#timer);
    this.#failures = 0;
    this.connect();
  }

  #close() {
    clearTimeout(this.#timer);
    this.#answered();
    const socket = this.#socket;
    this.#socket = null;
    this.isReady = false;
    if (socket) {
      socket.onclose = null;
      socket.close();
    }
  }

  // Where a proxy lets no WebSocket through, plain requests do.

  #startPolling() {
    if (this.#poller) return;
    this.#poller = setInterval(() => this.#poll(), POLL_MS);
    this.#flushByPost();
  }

  async #poll() {
    if (this.#follow()) return void this.connect();
    if (!this.#place) return;
    const response = await this.requests.fetch(`messages?after=${this.last}`).catch(() => null);
    if (UNKNOWN.has(response?.status)) return this.#beginAnew();
    if (!response?.ok) return void (response?.status === 503 || this.#setOnline(false));
    const found = await response.json();
    this.#setOnline(true);
    this.#say("status", found);
    this.#take(found.messages);
    this.#flushByPost();
  }

  async #flushByPost() {
    if (this.#isPosting || Date.now() < this.#notBefore) return;
    this.#isPosting = true;
    try {
      for (const entry of this.queue) {
        if (!(await this.#sendByPost(entry))) break;
      }
    } finally {
      this.#isPosting = false;
    }
  }

  #beginAnew() {
    this.#leave(this.#place);
    this.#close();
    this.connect();
  }

  /** Whether the next one may be sent too. What was refused for now stays in the queue. */
  async #sendByPost(entry) {
    const { id } = entry;
    const body = { client_message_id: id, ...(entry.person ? {} : words(entry)) };
    const response = await this.requests.tell(entry.person ? "person" : "messages", body).catch(() => null);
    if (!response) return false;
    if (response.ok) {
      this.memory.drop(id);
      await this.#poll();
      return true;
    }
    if (UNKNOWN.has(response.status)) {
      this.#beginAnew();
      return false;
    }
    const { code, retryAfter } = await failure(response);
    this.#refused({ error: code, retry_after: retryAfter, client_message_id: id });
    return !WAITS.has(code);
  }

  #say(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

function words({ text, page }) {
  return { text, ...(page && { page }) };
}
