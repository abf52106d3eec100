// The list of tickets, kept up to date. One request at a time, at most one a second.

import { get, place, post } from "./api.js";
import { showTimes } from "./format.js";

const PAUSE = 800;

export class TicketList {
  constructor(element, texts, notifier) {
    this.element = element;
    this.texts = texts;
    this.notifier = notifier;
    this.isBusy = false;
    this.isStale = false;
    this.title = document.title;
    this.bulk = document.querySelector("#bulk");
    showTimes(document, texts);
    setInterval(() => showTimes(document, texts), 15_000);
    if (this.bulk) {
      this.element.addEventListener("change", () => this.counted());
      this.bulk.addEventListener("submit", (event) => this.apply(event));
      this.bulk.elements.act.addEventListener("change", () => this.ask());
      this.ask();
    }
  }

  async refresh() {
    if (this.isBusy) {
      this.isStale = true;
      return;
    }
    this.isBusy = true;
    try {
      const { query, current } = this.element.dataset;
      const { html, counts, unanswered, newest } = await get(`/desk/rows?${query}&current=${current}`);
      const focused = document.activeElement?.closest?.("[data-row]")?.dataset.row;
      const picked = new Set(this.picked());
      place(this.element, html);
      for (const box of this.element.querySelectorAll(".pick")) box.checked = picked.has(box.value);
      showTimes(this.element, this.texts);
      if (focused) this.element.querySelector(`[data-row="${focused}"]`)?.focus();
      for (const [name, count] of Object.entries(counts)) {
        for (const badge of document.querySelectorAll(`[data-count="${name}"]`)) {
          badge.textContent = count;
          const tab = badge.closest("[data-if-any]");
          if (tab) tab.hidden = !count && !tab.hasAttribute("aria-current");
        }
      }
      const wanting = counts.waiting + unanswered;
      document.title = wanting ? `(${wanting}) ${this.title}` : this.title;
      this.notifier.counted(counts, newest);
      this.counted();
    } catch {
      // The socket says "queue" again when the connection is back.
    }
    setTimeout(() => {
      this.isBusy = false;
      if (!this.isStale) return;
      this.isStale = false;
      this.refresh();
    }, PAUSE);
  }

  picked() {
    return [...this.element.querySelectorAll(".pick:checked")].map((box) => box.value);
  }

  counted() {
    if (!this.bulk) return;
    const count = this.picked().length;
    this.bulk.hidden = !count;
    this.bulk.querySelector("#bulk-count").textContent = this.texts.picked.replace("{n}", String(count));
  }

  /** Show the field that the chosen act needs. */
  ask() {
    for (const part of this.bulk.querySelectorAll("[data-for]")) part.hidden = part.dataset.for !== this.bulk.elements.act.value;
  }

  async apply(event) {
    event.preventDefault();
    const fields = new URLSearchParams(new FormData(this.bulk));
    const said = document.querySelector("#bulk-result"); // (outside the bar, which goes away)
    said.hidden = false;
    try {
      const { done, left } = await post(this.bulk.action, fields);
      said.textContent = this.texts.bulk_done.replace("{done}", done).replace("{left}", left);
      for (const box of this.element.querySelectorAll(".pick:checked")) box.checked = false;
      this.refresh();
    } catch (error) {
      said.textContent = error.message;
    }
  }

  /** Focus the next (1) or the previous (-1) ticket. */
  move(step) {
    const rows = [...this.element.querySelectorAll("[data-row]")];
    if (!rows.length) return;
    const here = rows.findIndex((row) => row === document.activeElement);
    const current = here >= 0 ? here : rows.findIndex((row) => row.hasAttribute("aria-current"));
    const next = current < 0 ? 0 : Math.min(Math.max(current + step, 0), rows.length - 1);
    rows[next].focus();
  }

  /** Select or deselect the focused ticket for an act on many. */
  pick() {
    const box = document.activeElement?.closest?.("li")?.querySelector(".pick");
    if (!box || !this.bulk) return;
    box.checked = !box.checked;
    this.counted();
  }
}
