// Requests to the desk. A refusal becomes a Problem with a message for people.

export class Problem extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

async function read(response) {
  const isJson = (response.headers.get("Content-Type") || "").startsWith("application/json");
  const body = isJson ? await response.json() : null;
  if (response.ok && body) return body;
  throw new Problem(response.status, (body && body.message) || response.statusText);
}

export async function get(path) {
  return read(await fetch(path, { headers: { Accept: "application/json" } }));
}

export async function post(path, fields) {
  const body = new URLSearchParams(fields);
  return read(await fetch(path, { method: "POST", body, headers: { Accept: "application/json" } }));
}

/** Put HTML that our own templates made (everything in it is escaped there) into the page. */
export function place(element, html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  element.replaceChildren(template.content);
}

export function append(element, html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  element.append(template.content);
}

/** Send a file as the body of a request. */
export async function upload(path, file, csrf) {
  return read(await fetch(path, { method: "POST", body: file, headers: { Accept: "application/json", "Content-Type": "application/octet-stream", "X-CSRF-Token": csrf } }));
}
