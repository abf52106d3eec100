// The one tag of a shop's page: <script src="https://…/chat/widget.js" async></script>
// Its options are data attributes; docs/how-to/embed-the-chat.md lists them. The page speaks to the
// chat by `ConciergeChat`, also before it is there: an array of calls, ["ask", "Where is …?"].
import { ConciergeChat } from "./element.js";
import { optionsOf } from "./options.js";

const NAME = "concierge-chat";
const CALLS = ["open", "close", "ask", "update", "logout"];

/** Put the chat of this tag into the page, once, and give the page its handle. */
export function start(tag, given) {
  const waiting = window.ConciergeChat;
  if (!tag || (waiting && !Array.isArray(waiting))) return;
  if (!customElements.get(NAME)) customElements.define(NAME, ConciergeChat);
  const chat = document.createElement(NAME);
  chat.setUp({ ...optionsOf(tag.dataset), base: new URL("./", tag.src), given });
  const page = new AbortController();
  const shown = new Promise((resolve) => {
    const show = async () => {
      await chat.learn();
      if (page.signal.aborted) return;
      chat.place();
      resolve(chat);
    };
    if (document.body) show();
    else document.addEventListener("DOMContentLoaded", show, { once: true, signal: page.signal });
  });
  const handle = Object.fromEntries(
    CALLS.map((name) => [name, (...values) => shown.then((one) => one[name](...values))]),
  );
  handle.push = ([name, ...values]) => handle[name]?.(...values);
  handle.on = (name, hear) => {
    const listen = (event) => hear(event.detail) === false && event.preventDefault();
    addEventListener(`concierge:${name}`, listen, { signal: page.signal });
    return () => removeEventListener(`concierge:${name}`, listen);
  };
  handle.remove = () => {
    page.abort();
    chat.end();
    delete window.ConciergeChat;
  };
  window.ConciergeChat = handle;
  document.addEventListener("click", ({ target }) => press(target, handle), { signal: page.signal });
  for (const call of waiting ?? []) handle.push(call);
}

/** Anything in the page may open the chat: `data-concierge-open`, `data-concierge-ask="…"`. */
function press(target, handle) {
  const pressed = target.closest?.("[data-concierge-open], [data-concierge-ask]");
  if (!pressed) return;
  const { conciergeAsk } = pressed.dataset;
  if (conciergeAsk) handle.ask(conciergeAsk);
  else handle.open();
}
