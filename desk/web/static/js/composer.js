// Help with writing: reply or note, ready-made replies after a slash, suggested replies, files.

import { get, post, upload } from "./api.js";

const MOST_CANNED = 8;

export class Composer {
  /** @param {import("./ticket.js").Ticket} ticket */
  constructor(ticket) {
    this.ticket = ticket;
    this.text = ticket.text;
    this.note = document.querySelector("#note");
    this.box = document.querySelector("#suggestions");
    this.canned = document.querySelector("#canned");
    this.offered = [];
    this.messageId = 0;
    this.replies = null;
    this.chosen = 0;
    this.isNoting = false;
    document.querySelector("#mode-reply").addEventListener("click", () => this.write("reply"));
    document.querySelector("#mode-note").addEventListener("click", () => this.write("note"));
    this.note.addEventListener("submit", (event) => this.sendNote(event));
    this.text.addEventListener("focus", () => this.load().catch(() => {}), { once: true });
    this.text.addEventListener("input", () => this.lookUp());
    this.text.addEventListener("keydown", (event) => this.choose(event));
    this.text.addEventListener("blur", () => setTimeout(() => this.close(), 150));
    document.querySelector("#file").addEventListener("change", (event) => this.attach(event.target));
    this.suggest();
  }

  /** @param {"reply" | "note"} mode */
  write(mode) {
    this.isNoting = mode === "note";
    document.querySelector("#mode-reply").setAttribute("aria-pressed", String(!this.isNoting));
    document.querySelector("#mode-note").setAttribute("aria-pressed", String(this.isNoting));
    this.show();
    const field = this.isNoting ? this.note.elements.text : this.text;
    if (!field.form.hidden) field.focus();
  }

  show() {
    const { form, canReply } = this.ticket;
    this.note.hidden = !this.isNoting;
    form.hidden = this.isNoting || (!canReply && !this.text.value); // a draft is never hidden
    document.querySelector("#no-reply").hidden = this.isNoting || canReply;
    this.box.hidden = this.isNoting || !canReply || !this.offered.length;
  }

  async sendNote(event) {
    event.preventDefault();
    const field = this.note.elements.text;
    if (!field.value.trim()) return;
    const done = await this.ticket.act(event);
    if (done) field.value = "";
    field.focus();
  }

  // -- suggestions

  async suggest() {
    try {
      const { message_id: messageId, suggestions } = await get(`/desk/tickets/${this.ticket.id}/suggestions`);
      this.messageId = messageId;
      this.offered = suggestions;
    } catch {
      this.offered = [];
    }
    this.box.replaceChildren(...this.offered.map((one, place) => this.bubble(one, place)));
    this.show();
  }

  bubble(one, place) {
    const item = document.createElement("div");
    item.className = "suggestion";
    const accept = document.createElement("button");
    accept.type = "button";
    accept.className = "accept";
    const title = document.createElement("b");
    title.textContent = `${place + 1} · ${one.title}`;
    const text = document.createElement("span");
    text.textContent = one.text;
    accept.append(title, text);
    accept.addEventListener("click", () => this.accept(place));
    const reject = document.createElement("button");
    reject.type = "button";
    reject.className = "reject";
    reject.textContent = "×";
    reject.setAttribute("aria-label", this.ticket.texts.reject.replace("{title}", one.title));
    reject.addEventListener("click", () => { item.remove(); this.judge(one, "rejected"); });
    item.append(accept, reject);
    return item;
  }

  accept(place) {
    const one = this.offered[place];
    if (!one || !this.ticket.canReply) return;
    this.write("reply");
    this.text.value = this.text.value ? `${this.text.value}\n${one.text}` : one.text;
    this.ticket.keepDraft();
    this.judge(one, "accepted");
  }

  judge(one, outcome) {
    post(`/desk/tickets/${this.ticket.id}/suggestions`, {
      csrf: this.ticket.csrf, source: one.source, score: one.score, message_id: this.messageId, outcome,
    }).catch(() => {});
  }

  // -- ready-made replies

  /** The shortcut that stands before the cursor, or null. */
  typed() {
    return /(?:^|\s)\/([a-z0-9_-]*)$/.exec(this.text.value.slice(0, this.text.selectionStart))?.[1] ?? null;
  }

  async load() {
    this.replies ??= (await get(`/desk/tickets/${this.ticket.id}/canned`)).replies;
  }

  starting(typed) {
    return this.replies.filter((one) => one.shortcut.startsWith(typed)).slice(0, MOST_CANNED);
  }

  /** A shortcut alone is never sent: its reply takes its place. True where the text was one. */
  async fill(text) {
    const typed = /^\/([a-z0-9_-]+)$/.exec(text)?.[1];
    if (typed === undefined) return false;
    await this.load();
    const [found] = this.starting(typed);
    if (!found) {
      this.ticket.complain(this.ticket.texts.shortcut);
      return true;
    }
    this.text.value = found.text;
    this.ticket.keepDraft();
    this.close();
    return true;
  }

  async lookUp() {
    if (this.typed() === null) return this.close();
    await this.load();
    const typed = this.typed(); // (more may have been written while the replies came)
    if (typed === null) return this.close();
    this.matches = this.starting(typed);
    this.chosen = 0;
    this.list();
  }

  list() {
    this.canned.hidden = !this.matches.length;
    this.canned.replaceChildren(...this.matches.map((one, place) => {
      const item = document.createElement("li");
      item.role = "option";
      item.id = `canned-${place}`;
      item.setAttribute("aria-selected", String(place === this.chosen));
      item.textContent = `/${one.shortcut}`;
      const text = document.createElement("small");
      text.textContent = one.text;
      item.append(text);
      item.addEventListener("mousedown", (event) => { event.preventDefault(); this.insert(one); });
      return item;
    }));
    if (this.matches.length) this.text.setAttribute("aria-activedescendant", `canned-${this.chosen}`);
  }

  choose(event) {
    if (this.canned.hidden) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      this.chosen = (this.chosen + step + this.matches.length) % this.matches.length;
      this.list();
    } else if (event.key === "Tab" || (event.key === "Enter" && !event.ctrlKey)) {
      this.insert(this.matches[this.chosen]);
    } else if (event.key === "Escape") {
      this.close();
    } else {
      return;
    }
    event.preventDefault();
  }

  insert(one) {
    const end = this.text.selectionStart;
    this.text.setRangeText(one.text, end - (this.typed() ?? "").length - 1, end, "end");
    this.ticket.keepDraft();
    this.close();
  }

  close() {
    this.canned.hidden = true;
    this.text.removeAttribute("aria-activedescendant");
  }

  // -- files

  async attach(input) {
    const [file] = input.files;
    input.value = "";
    if (!file || !this.ticket.canReply) return;
    const { id, version, last, notes, csrf } = this.ticket;
    const query = new URLSearchParams({ name: file.name, version, after: last, notes, client_message_id: crypto.randomUUID() });
    try {
      this.ticket.show(await upload(`/desk/tickets/${id}/files?${query}`, file, csrf));
      this.ticket.complain("");
    } catch (error) {
      await this.ticket.refused(error);
    }
  }
}
