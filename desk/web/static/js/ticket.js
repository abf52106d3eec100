// One ticket: new messages, replies that are sent once, acts that a colleague may have done first.

import { Problem, append, get, place, post } from "./api.js";
import { Colleagues } from "./colleagues.js";
import { Composer } from "./composer.js";
import { showTimes } from "./format.js";
import { ThreadEnd } from "./thread.js";

const GAP = "____";
const TYPING_EVERY = 3000;
const TYPING_SHOWN = 5000;

export class Ticket {
  /** @param {() => void} acted called when the lists beside the ticket are out of date */
  constructor(page, texts, acted) {
    this.acted = acted;
    this.id = page.dataset.ticket;
    this.last = Number(page.dataset.last);
    this.notes = Number(page.dataset.notes);
    this.csrf = page.dataset.csrf;
    this.texts = texts;
    this.thread = document.querySelector("#thread");
    this.form = document.querySelector("#reply");
    this.text = this.form.elements.text;
    this.problem = document.querySelector("#problem");
    this.typing = document.querySelector("#typing");
    this.draft = `desk-draft-${this.id}`;
    this.version = Number(page.dataset.version);
    this.customer = page.dataset.customer;
    this.sentTyping = 0;
    this.mayReply(!this.form.hidden);
    this.newMessageId();
    this.end = new ThreadEnd(this.thread, document.querySelector("#latest"));
    this.text.value = sessionStorage.getItem(this.draft) || "";
    this.form.addEventListener("submit", (event) => this.send(event));
    this.text.addEventListener("input", () => this.wrote());
    document.querySelector("#bar").addEventListener("submit", (event) => this.act(event));
    document.querySelector("#tools").addEventListener("submit", (event) => this.act(event));
    this.colleagues = new Colleagues(document.querySelector("#watchers"), texts);
    this.composer = new Composer(this);
    this.showSeen(Number(page.dataset.seen));
  }

  newMessageId() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    this.messageId = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  async refresh() {
    try {
      this.show(await get(`/desk/tickets/${this.id}/live?after=${this.last}&notes=${this.notes}`));
    } catch (error) {
      if (error instanceof Problem) this.complain(error.message);
    }
  }

  /** Put the ticket's new state into the page; older answers that come late change nothing. */
  show(state) {
    if (state.last_id > this.last || state.last_note > this.notes) {
      append(this.thread, state.messages);
      this.end.grew();
      if (state.last_id > this.last) this.composer.suggest();
      this.last = Math.max(this.last, state.last_id);
      this.notes = Math.max(this.notes, state.last_note);
      this.typing.textContent = "";
      this.dropDoubles();
    }
    if (state.version >= this.version) {
      this.version = state.version;
      const bar = document.querySelector("#bar");
      const hadFocus = bar.contains(document.activeElement);
      place(bar, state.bar);
      showTimes(bar, this.texts);
      place(document.querySelector("#log"), state.log);
      const wasHidden = this.form.hidden;
      this.mayReply(state.can_reply);
      this.composer.show();
      if (hadFocus && wasHidden && state.can_reply) this.text.focus();
      else if (hadFocus) document.querySelector("#main").focus();
    }
    this.showSeen(state.seen);
    if (state.customer !== undefined && state.customer !== this.customer) this.showPanel(state.customer);
  }

  /** Fetch what is known of a customer who has just proved who they are. */
  async showPanel(customer) {
    this.customer = customer;
    const page = await fetch(`/desk/tickets/${this.id}`).then((response) => (response.ok ? response.text() : ""));
    const found = new DOMParser().parseFromString(page, "text/html").querySelector(".panel");
    if (found) document.querySelector(".panel").replaceChildren(...found.childNodes);
  }

  /** Mark the last of our messages that the shopper's screen has shown. */
  showSeen(seen) {
    const ours = [...this.thread.querySelectorAll(".message.agent")];
    const last = ours.filter((one) => Number(one.dataset.message) <= seen).pop();
    for (const one of ours) one.querySelector(".receipt").hidden = one !== last;
  }

  mayReply(canReply) {
    this.canReply = canReply;
    this.form.querySelector("button.primary").disabled = !canReply;
  }

  dropDoubles() {
    const seen = new Set();
    for (const article of this.thread.querySelectorAll("[data-message], [data-note]")) {
      const key = article.dataset.message || `note ${article.dataset.note}`;
      if (seen.has(key)) article.remove();
      seen.add(key);
    }
  }

  async send(event) {
    event.preventDefault();
    const text = this.text.value.trim();
    const button = this.form.querySelector("button.primary");
    if (!text || button.disabled) return;
    if (await this.composer.fill(text).catch(() => false)) return; // to be read before it is sent
    if (text.includes(GAP)) return this.showGap();
    button.disabled = true;
    const label = button.textContent;
    try {
      button.textContent = this.texts.sending;
      const state = await post(this.form.action, {
        csrf: this.csrf, version: this.version, after: this.last, notes: this.notes, text, client_message_id: this.messageId,
      });
      this.text.value = "";
      sessionStorage.removeItem(this.draft);
      this.newMessageId();
      this.complain("");
      this.show(state);
      this.end.go();
    } catch (error) {
      await this.refused(error);
    }
    this.mayReply(this.canReply);
    button.textContent = label;
    if (this.canReply) this.text.focus();
  }

  /** A gap of a ready-made reply is filled in before anything is sent. */
  showGap() {
    this.complain(this.texts.gap);
    const gap = this.text.value.indexOf(GAP);
    this.text.focus();
    this.text.setSelectionRange(gap, gap + GAP.length);
  }

  /** Do what a form of the page says, on the version that is shown; whether it was done. */
  async act(event) {
    event.preventDefault();
    const form = event.target;
    const fields = { ...Object.fromEntries(new FormData(form)), csrf: this.csrf, version: this.version, after: this.last, notes: this.notes };
    try {
      const state = await post(form.action, fields);
      if (state.go) {
        location.assign(state.go);
        return true;
      }
      const couldReply = this.canReply;
      this.show(state);
      this.acted();
      this.complain("");
      if (!couldReply && this.canReply) this.text.focus(); // taken: what is typed now is the answer
      return true;
    } catch (error) {
      await this.refused(error);
      return false;
    }
  }

  async refused(error) {
    const message = error instanceof Problem ? error.message : this.texts.not_sent;
    if (error instanceof Problem && error.status === 409) {
      this.acted();
      await this.refresh();
    }
    this.complain(error instanceof Problem && error.status === 401 ? this.texts.signed_out : message);
  }

  complain(message) {
    this.problem.textContent = message;
    this.problem.hidden = !message;
  }

  keepDraft() {
    sessionStorage.setItem(this.draft, this.text.value);
  }

  wrote() {
    this.keepDraft();
    const now = Date.now();
    if (now - this.sentTyping < TYPING_EVERY) return;
    this.sentTyping = now;
    fetch(`/desk/tickets/${this.id}/typing`, {
      method: "POST", headers: { "X-CSRF-Token": this.csrf, Accept: "application/json" },
    }).catch(() => {});
  }

  shopperTypes() {
    this.typing.textContent = this.texts.typing;
    clearTimeout(this.typingTimer);
    this.typingTimer = setTimeout(() => { this.typing.textContent = ""; }, TYPING_SHOWN);
  }
}
