// Shortcuts. Single letters work only where nobody is writing.

/** @param {{list: import("./list.js").TicketList | null, text: HTMLTextAreaElement | null}} parts */
export function listenForKeys({ list, text }) {
  const help = document.querySelector("#keys");
  document.querySelector("#show-keys")?.addEventListener("click", () => help.showModal());
  document.addEventListener("keydown", (event) => {
    const target = event.target;
    if (target === text && event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      text.form.requestSubmit();
      return;
    }
    if (target === text && event.key === "Escape") {
      text.blur();
      return;
    }
    const isWriting = target instanceof HTMLElement && target.matches("input, textarea, select");
    if (isWriting || event.ctrlKey || event.metaKey || event.altKey || help?.open) return;
    const acts = {
      j: () => list?.move(1),
      k: () => list?.move(-1),
      r: () => text && !text.form.hidden && text.focus(),
      t: () => document.querySelector('[data-key="t"]')?.click(),
      u: () => location.assign("/desk"),
      "?": () => help?.showModal(),
    };
    const act = acts[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
}
