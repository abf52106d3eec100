// The list of tickets, kept up to date. One request at a time, at most one a second.

import { get, place } from "./api.js";
import { showTimes } from "./format.js";

const PAUSE = 800;

export class TicketList {
  constructor(element, texts) {
    this.element = element;
    this.texts = texts;
    this.isBusy = false;
    this.isStale = false;
    this.title = document.title;
    showTimes(element, texts);
    setInterval(() => showTimes(element, texts), 30_000);
  }

  async refresh() {
    if (this.isBusy) {
      this.isStale = true;
      return;
    }
    this.isBusy = true;
    try {
      const { view, current } = this.element.dataset;
      const { html, counts } = await get(`/desk/rows?view=${view}&current=${current}`);
      const focused = document.activeElement?.closest?.("[data-row]")?.dataset.row;
      place(this.element, html);
      showTimes(this.element, this.texts);
      if (focused) this.element.querySelector(`[data-row="${focused}"]`)?.focus();
      for (const [name, count] of Object.entries(counts)) {
        for (const badge of document.querySelectorAll(`[data-count="${name}"]`)) badge.textContent = count;
      }
      document.title = counts.waiting ? `(${counts.waiting}) ${this.title}` : this.title;
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

  /** Focus the next (1) or the previous (-1) ticket. */
  move(step) {
    const rows = [...this.element.querySelectorAll("[data-row]")];
    if (!rows.length) return;
    const here = rows.findIndex((row) => row === document.activeElement);
    const current = here >= 0 ? here : rows.findIndex((row) => row.hasAttribute("aria-current"));
    const next = current < 0 ? 0 : Math.min(Math.max(current + step, 0), rows.length - 1);
    rows[next].focus();
  }
}
