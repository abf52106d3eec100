// The one tag of a shop's page: <script src="https://…/chat/widget.js" async></script>
// Options are data attributes of the tag: data-language, data-identity, data-product, data-theme,
// data-name. The chat itself is loaded as modules and lives in its own shadow root.
(() => {
  "use strict";
  const MODULES = "bubbles composer connection dom element memory panel picture requests style".split(" ");
  const tag = document.currentScript;
  if (!tag || customElements.get("concierge-chat") || window.ConciergeChat) return;
  const base = new URL("./", tag.src);
  const options = { ...tag.dataset };
  let resolve;
  const ready = new Promise((done) => (resolve = done));
  const call = (name) => (...values) => ready.then((chat) => chat[name](...values));
  window.ConciergeChat = { open: call("open"), close: call("close"), ask: call("ask") };
  // All modules at once: on a slow line every further round trip is seconds without a launcher.
  for (const name of MODULES) {
    const href = new URL(`widget/${name}.js`, base).href;
    document.head.append(Object.assign(document.createElement("link"), { rel: "modulepreload", href }));
  }
  const begin = async () => {
    const { ConciergeChat } = await import(new URL("widget/element.js", base).href);
    if (!customElements.get("concierge-chat")) {
      customElements.define("concierge-chat", ConciergeChat);
    }
    const chat = document.createElement("concierge-chat");
    chat.setUp({ base, ...options });
    document.body.append(chat);
    await chat.ready;
    resolve(chat);
  };
  const beginSafely = () => begin().catch((error) => console.warn("chat could not start", error));
  if (document.body) beginSafely();
  else document.addEventListener("DOMContentLoaded", beginSafely, { once: true });
})();
