// Plain requests to the shop, about the conversation that the browser remembers.
const REQUEST_MS = 30000;

/** Every request ends in time; `memory` holds the conversation's id and token. */
export class Requests {
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

/** 22 random letters and digits; nobody else makes the same. */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return btoa(String.fromCharCode(...bytes)).replace(/[+/=]/g, (c) => ({ "+": "-", "/": "_" })[c] ?? "");
}
