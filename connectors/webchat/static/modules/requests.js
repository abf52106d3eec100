// Plain requests to the shop, about the conversation that the browser remembers.
const REQUEST_MS = 30000;
const COME_BACK_S = 5; // where the shop does not say when

/** Every request ends in time; `memory` holds the conversation's id and token. */
export class Requests {
  #isWelcome = false; // the shop said that it knows this page

  constructor(base, memory) {
    this.base = base;
    this.memory = memory;
  }

  /** Post something about the conversation. */
  tell(path, body) {
    return this.post(this.#place(path), body);
  }

  /** A request about the conversation. */
  fetch(path, init = {}) {
    return this.#send(this.#place(path), init);
  }

  post(path, body) {
    const headers = { "Content-Type": "application/json" };
    return this.#send(path, { method: "POST", headers, body: JSON.stringify(body) });
  }

  /** The origin of this page, where nothing is heard because the shop does not know it. */
  async turnedAway() {
    if (this.#isWelcome || new URL(this.base).origin === globalThis.location?.origin) return null;
    const response = await this.#send("origin", {}).catch(() => null);
    const told = response?.ok ? await response.json() : null;
    this.#isWelcome = Boolean(told?.is_allowed);
    return told && !told.is_allowed ? told.origin : null;
  }

  /** What the first screen shows to whoever the page vouches for; null for a guest. */
  async home(identity, language) {
    if (!identity) return null;
    const response = await this.post("api/home", { identity, language }).catch(() => null);
    return response?.ok ? await response.json() : null;
  }

  /** Whether the conversation helped. */
  judge(isHelpful) {
    if (this.memory.get("id")) this.tell("helpful", { helpful: isHelpful }).catch(() => {});
  }

  #place(path) {
    return `api/conversations/${this.memory.get("id")}/${path}`;
  }

  #send(path, init) {
    const token = this.memory.get("token");
    const headers = { ...init.headers, ...(token && { Authorization: `Bearer ${token}` }) };
    const signal = AbortSignal.timeout?.(REQUEST_MS);
    return fetch(new URL(path, this.base), { ...init, headers, credentials: "omit", signal });
  }
}

/** An answer that is no success as an error; `code` says what to do, `retryAfter` is in seconds. */
export async function failure(response) {
  const { error: told } = await response.json().catch(() => ({}));
  const error = new Error(`status ${response.status}`);
  error.retryAfter = Number(response.headers.get("Retry-After")) || 0;
  error.isForNow = response.status === 429 || response.status === 408 || response.status >= 500;
  if (response.status === 429) error.code = "too_many_requests";
  else if (error.isForNow) error.code = "busy";
  else error.code = told;
  return error;
}

/** Milliseconds to wait: a little longer than the shop said, so that not all come back at once. */
export function later(seconds) {
  return (seconds || COME_BACK_S) * 1000 * (1 + Math.random() * 0.3);
}

/** 22 random letters and digits; nobody else makes the same. */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return btoa(String.fromCharCode(...bytes)).replace(/[+/=]/g, (c) => ({ "+": "-", "/": "_" })[c] ?? "");
}
