// Shortcuts. Single letters work only where nobody is writing.

/** @param {{list: import("./list.js").TicketList | null, ticket: import("./ticket.js").Ticket | null}} parts */
export function listenForKeys({ list, ticket }) {
  const help = document.querySelector("#keys");
  document.querySelector("#show-keys")?.addEventListener("click", () => help.showModal());
  document.addEventListener("keydown", (event) => {
    const [target] = event.composedPath(); // (also inside the chat that is shown on a page)
    if (event.altKey && /^Digit[1-3]$/.test(event.code) && ticket) {
      event.preventDefault();
      ticket.composer.accept(Number(event.code.slice(5)) - 1);
      return;
    }
    const isText = target instanceof HTMLTextAreaElement;
    if (isText && event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      target.form.requestSubmit();
      return;
    }
    if (isText && event.key === "Escape" && !event.defaultPrevented) {
      target.blur();
      return;
    }
    const isWriting = target instanceof HTMLElement && target.matches("input:not([type=checkbox]), textarea, select");
    if (isWriting || event.ctrlKey || event.metaKey || event.altKey || help?.open) return;
    const acts = {
      j: () => list?.move(1),
      k: () => list?.move(-1),
      x: () => list?.pick(),
      r: () => ticket?.composer.write("reply"),
      n: () => ticket?.composer.write("note"),
      t: () => document.querySelector('[data-key="t"]')?.click(),
      m: () => { const tools = document.querySelector("#tools"); if (tools) { tools.open = !tools.open; tools.querySelector("select, input:not([type=hidden])")?.focus(); } },
      s: () => (document.querySelector("#q") ? document.querySelector("#q").focus() : location.assign("/desk?view=all#q")),
      u: () => location.assign(document.querySelector(".back")?.href || "/desk"),
      "?": () => help?.showModal(),
    };
    const act = acts[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
}
