// The way to the shop: one conversation, a queue that survives reloads, a socket that comes back.
const RETRY_MS = [500, 1000, 2000, 4000, 8000, 15000];
const PING_MS = 20000;
const POLL_MS = 4000;
const RESEND_MS = 8000;

/** Says "messages", "status", "accepted", "refused", "typing" and "online" as events. */
export class Connection extends EventTarget {
  #socket = null;
  #failures = 0;
  #timer = 0;
  #poller = 0;
  #opening = null;

  constructor(base, memory, { language, identity }) {
    super();
    this.base = base;
    this.memory = memory;
    this.language = language;
    this.identity = identity || null;
    this.isReady = false;
    addEventListener("online", () => this.#reconnectNow());
    addEventListener("offline", () => this.#say("online", { isOnline: false }));
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden && !this.isReady) this.#reconnectNow();
    });
    setInterval(() => this.#beat(), PING_MS);
  }

  get hasConversation() {
    return Boolean(this.memory.get("id"));
  }

  get queue() {
    return this.memory.get("queue", []);
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
    const entry = { id, at: Date.now(), ...what };
    this.memory.set({ queue: [...this.queue, entry] });
    this.#flush();
    return id;
  }

  /** Send a picture at once; it is not kept for later. Throws with the shop's `code` when refused. */
  async sendPicture(blob, page) {
    await this.connect();
    const query = new URLSearchParams({ client_message_id: newId(), ...page });
    const response = await this.#request(`pictures?${query}`, {
      method: "POST",
      headers: { "Content-Type": blob.type },
      body: blob,
    });
    if (response.ok) return await response.json();
    const error = new Error(`status ${response.status}`);
    error.code = (await response.json().catch(() => ({}))).error;
    throw error;
  }

  typing() {
    if (this.isReady) this.#transmit({ type: "typing" });
  }

  /** The shopper has everything up to this message before their eyes. */
  seen(id) {
    if (this.isReady) this.#transmit({ type: "seen", after: id });
    else if (this.#poller) this.#call("seen", { after: id }).catch(() => {});
  }

  async setLanguage(language) {
    this.language = language;
    if (this.hasConversation) await this.#call("language", { language }).catch(() => {});
  }

  startOver() {
    this.memory.forget();
    this.#close();
  }

  /** Fetch the history again, for a log that was drawn anew. */
  async reload() {
    await this.#opening;
    this.#close();
    this.memory.set({ last: 0 });
    await this.connect();
  }

  /** Make sure that there is a conversation and a socket. */
  async connect() {
    this.#opening ??= this.#open().finally(() => (this.#opening = null));
    await this.#opening;
  }

  async #open() {
    if (this.#socket) return;
    try {
      if (!this.hasConversation) await this.#start();
    } catch (error) {
      this.#retry(error.retryAfter);
      return;
    }
    const address = new URL("ws", this.base);
    address.protocol = address.protocol.replace("http", "ws");
    const socket = new WebSocket(address);
    this.#socket = socket;
    socket.onopen = () =>
      this.#transmit({
        type: "auth",
        conversation_id: this.memory.get("id"),
        token: this.memory.get("token"),
        after: this.memory.get("last", 0),
      });
    socket.onmessage = (event) => this.#receive(JSON.parse(event.data));
    socket.onclose = (event) => this.#lost(event);
  }

  async #start() {
    const body = { language: this.language, ...(this.identity && { identity: this.identity }) };
    let response = await this.#post("api/conversations", body);
    if (response.status === 401 && this.identity) {
      this.identity = null; // the page is older than its proof of who is reading it
      response = await this.#post("api/conversations", { language: this.language });
    }
    if (!response.ok) throw await failure(response);
    const { conversation_id: id, token } = await response.json();
    this.memory.set({ id, token, last: 0, seen: 0 });
  }

  #receive(news) {
    if (news.type === "ready") {
      this.isReady = true;
      this.#failures = 0;
      clearInterval(this.#poller);
      this.#poller = 0;
      this.#say("online", { isOnline: true });
      this.#flush();
    }
    if (news.type === "ready" || news.type === "status") this.#say("status", news);
    else if (news.type === "messages") this.#take(news.messages);
    else if (news.type === "accepted") {
      this.#remove(news.client_message_id);
      this.#say("accepted", news);
    } else if (news.type === "typing") this.#say("typing", news);
    else if (news.type === "error") this.#refused(news);
  }

  #take(messages) {
    if (!messages.length) return;
    for (const message of messages) {
      if (message.client_message_id) this.#remove(message.client_message_id);
    }
    const last = Math.max(this.memory.get("last", 0), messages.at(-1).id);
    this.memory.set({ last });
    this.#say("messages", { messages });
  }

  #refused(news) {
    if (news.error === "too_many_requests" || news.error === "busy" || news.error === "unavailable") {
      setTimeout(() => this.#flush(), (news.retry_after || 5) * 1000);
    } else if (news.client_message_id) {
      this.#remove(news.client_message_id);
    }
    this.#say("refused", news);
  }

  #remove(id) {
    this.memory.set({ queue: this.queue.filter((entry) => entry.id !== id) });
  }

  #flush() {
    if (this.#poller) return void this.#flushByPost();
    if (!this.isReady) return void this.connect();
    for (const entry of this.queue) {
      const said = entry.person ? { type: "person" } : { type: "message", ...words(entry) };
      this.#transmit({ ...said, client_message_id: entry.id });
    }
  }

  #transmit(body) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(body));
  }

  #beat() {
    this.#transmit({ type: "ping" });
    const isStuck = this.queue.some((entry) => Date.now() - entry.at > RESEND_MS);
    if (isStuck) this.#flush();
  }

  #lost(event) {
    this.#socket = null;
    this.isReady = false;
    if (event.code === 4401) {
      const { queue } = this;
      this.memory.forget();
      this.memory.set({ queue });
      this.#say("forgotten", {});
    }
    this.#say("online", { isOnline: false });
    this.#retry();
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
    const after = this.memory.get("last", 0);
    const response = await this.#request(`messages?after=${after}`).catch(() => null);
    if (!response?.ok) return;
    const found = await response.json();
    this.#say("online", { isOnline: true });
    this.#say("status", found);
    this.#take(found.messages);
    this.#flushByPost();
  }

  async #flushByPost() {
    for (const entry of this.queue) {
      const { id } = entry;
      const body = { client_message_id: id, ...(entry.person ? {} : words(entry)) };
      const path = entry.person ? "person" : "messages";
      const response = await this.#call(path, body).catch(() => null);
      if (!response) return;
      if (response.ok) this.#remove(id);
      else {
        const wait = Number(response.headers.get("Retry-After"));
        const told = await response.json().catch(() => ({ error: "unavailable" }));
        this.#refused({ ...told, retry_after: wait, client_message_id: id });
        if (wait) return;
      }
      await this.#poll();
    }
  }

  #call(path, body) {
    return this.#post(`api/conversations/${this.memory.get("id")}/${path}`, body);
  }

  #request(path, init = {}) {
    const headers = { Authorization: `Bearer ${this.memory.get("token")}`, ...init.headers };
    const address = new URL(`api/conversations/${this.memory.get("id")}/${path}`, this.base);
    return fetch(address, { ...init, headers, credentials: "omit" });
  }

  #post(path, body) {
    const token = this.memory.get("token");
    return fetch(new URL(path, this.base), {
      method: "POST",
      credentials: "omit",
      headers: {
        "Content-Type": "application/json",
        ...(token && { Authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(body),
    });
  }

  #say(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

function words({ text, page }) {
  return { text, ...(page && { page }) };
}

async function failure(response) {
  const error = new Error(`status ${response.status}`);
  error.retryAfter = Number(response.headers.get("Retry-After")) || 0;
  return error;
}

/** 22 random letters and digits; nobody else makes the same. */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return btoa(String.fromCharCode(...bytes)).replace(/[+/=]/g, (c) => ({ "+": "-", "/": "_" })[c] ?? "");
}
