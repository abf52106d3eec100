// What was said, in its order: which message is which element, what is on its way, what is in view.
import { bubble, clock, settled, writing } from "./bubbles.js";
import { make } from "./dom.js";

const NEAR_END_PX = 80;
const PAUSE_MS = 15 * 60_000; // after which the time is worth a line
const GROUP_MS = 5 * 60_000; // within which one time is enough, and one person's words belong together

/** The log of the chat; `latest` is the button that leads to its end. */
export class Thread {
  #seen = new Map(); // message id → element
  #sending = new Map(); // client id → element
  #writing = null;
  #last = null; // the newest dated element
  #receipt = 0; // the newest message that an agent has on the screen

  constructor({ log, latest }, tools) {
    this.log = log;
    this.latest = latest;
    this.tools = tools;
    latest.onclick = () => this.toEnd();
    log.onscroll = () => (latest.hidden = this.isNearEnd);
  }

  get isNearEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.log;
    return scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
  }

  toEnd() {
    this.log.scrollTop = this.log.scrollHeight;
  }

  /** Show the end; of what is higher than the screen its beginning. */
  toNew(element) {
    if (element && element.offsetHeight > this.log.clientHeight) this.log.scrollTop = element.offsetTop;
    else this.toEnd();
  }

  get isEmpty() {
    return this.#last === null;
  }

  /** Whether the newest words are of this author. */
  endsWith(author) {
    return this.#last !== null && authorOf(this.#last) === author;
  }

  has(id) {
    return this.#seen.has(id);
  }

  clear() {
    this.#seen.clear();
    this.#sending.clear();
    this.#writing = this.#last = null;
    this.#receipt = 0;
    this.log.replaceChildren();
  }

  /** A message from the shop's store, once. */
  add(message) {
    const element = bubble(message, this.tools);
    this.#seen.set(message.id, element);
    this.#append(element);
    if (message.author === "shopper") this.#answered(element, message.text);
    const done = message.cards?.find(({ kind }) => kind === "done");
    if (done) this.#settle(done.title);
    return element;
  }

  /** The shopper's own message on its way; `id` finds it again. */
  addOwn(text, id) {
    const element = bubble({ author: "shopper", text }, this.tools);
    element.classList.add("sending");
    element.append(make("span", { className: "state", textContent: this.tools.t(navigator.onLine ? "sending" : "queued") }));
    this.#sending.set(id, element);
    this.#append(element);
    this.#answered(element, text);
    return element;
  }

  /** A message that nobody has stored yet, such as a picture. */
  place(element) {
    this.#append(element);
    this.#retire(element);
  }

  /** What was placed is stored under this id. */
  stored(id, element) {
    if (this.#seen.get(id) !== element) this.#seen.get(id)?.remove();
    this.#seen.set(id, element);
  }

  /** The message on its way has arrived; whether there was one. */
  settle(id, message) {
    const element = this.#sending.get(id);
    if (!element) return false;
    this.#sending.delete(id);
    element.classList.remove("sending");
    element.querySelector(".state")?.remove();
    if (this.#seen.has(message.id)) element.remove();
    else this.#seen.set(message.id, element);
    element.dataset.id = message.id;
    return true;
  }

  /** The message cannot be sent, and why. */
  fail(id, why) {
    const element = this.#sending.get(id);
    if (!element) return;
    this.#sending.delete(id);
    element.classList.remove("pressed");
    element.classList.replace("sending", "failed");
    element.querySelector(".state").textContent = why;
  }

  /** What is on its way comes last. */
  keepSendingLast() {
    for (const waiting of this.#sending.values()) this.log.append(waiting);
  }

  showWriting(isWriting) {
    this.#writing?.remove();
    this.#writing = null;
    if (!isWriting) return;
    const wasNearEnd = this.isNearEnd;
    this.#writing = writing(this.tools.t("writing"));
    this.log.append(this.#writing);
    if (wasNearEnd) this.toEnd();
  }

  /** A word under the shopper's last message that an agent has on the screen. */
  showReceipt(upTo = this.#receipt) {
    this.#receipt = upTo;
    this.log.querySelector(".receipt")?.remove();
    const own = [...this.log.querySelectorAll(".message.shopper[data-id]")];
    const read = own.filter((element) => Number(element.dataset.id) <= upTo).at(-1);
    read?.append(make("span", { className: "state receipt", textContent: this.tools.t("seen") }));
  }

  /** Everything that was said, as plain lines. */
  transcript() {
    return [...this.log.querySelectorAll(".message[data-at] .bubble, .when, .notice")]
      .map((element) => {
        const [who, words] = [element.querySelector(".unseen"), element.querySelector("p")];
        const at = element.closest(".message")?.querySelector("time")?.textContent;
        return who ? `${at}  ${who.textContent}${words?.textContent ?? ""}` : `\n${element.textContent}`;
      })
      .join("\n")
      .trim();
  }

  #append(element) {
    const at = Date.parse(element.dataset.at);
    if (at) {
      const before = this.#last && Date.parse(this.#last.dataset.at);
      const isLater = !before || at - before > PAUSE_MS || day(at) !== day(before);
      if (isLater) this.log.append(this.#when(at));
      const isSoon = !isLater && at - before < GROUP_MS;
      element.classList.toggle("joined", isSoon && authorOf(this.#last) === authorOf(element));
      this.#last?.classList.toggle("goes-on", isSoon);
      this.#last = element;
    }
    this.log.append(element);
  }

  /** "Today 18:02", "Yesterday 09:15", "Mon 23 November 11:40". */
  #when(at) {
    const { t, locale } = this.tools;
    const now = Date.now();
    const names = { [day(now)]: t("today"), [day(now - 24 * 3_600_000)]: t("yesterday") };
    const written = { weekday: "short", day: "numeric", month: "long" };
    const name = names[day(at)] ?? new Date(at).toLocaleDateString(locale, written);
    const textContent = `${name} ${clock(at, locale)}`;
    return make("p", { className: "when" }, make("time", { dateTime: new Date(at).toISOString(), textContent }));
  }

  /** A confirmation answered by one of its buttons says so itself, in place of a further bubble. */
  #answered(element, text) {
    const asked = [...this.log.querySelectorAll(".message.confirm:not(.is-done) > .choices")].at(-1);
    const isOpen = asked && asked.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING;
    const pressed = isOpen && [...asked.children].find((button) => button.textContent === text);
    if (pressed) {
      settled(asked.parentElement, text);
      element.classList.add("pressed");
    }
    this.#retire(element);
  }

  /** A confirmation answered in words says so too, once the answer tells what became of it. */
  #settle(title) {
    const asked = [...this.log.querySelectorAll(".message.confirm")].at(-1);
    if (asked && !asked.classList.contains("is-done")) settled(asked, title);
  }

  /** Suggested answers go when the shopper has said something. */
  #retire(until) {
    for (const row of this.log.querySelectorAll(".message > .choices, .proof, .welcome .tiles, .welcome .last-order")) {
      if (row.compareDocumentPosition(until) & Node.DOCUMENT_POSITION_FOLLOWING) row.remove();
    }
  }
}

function authorOf(element) {
  return element.className.split(" ")[1];
}

function day(moment) {
  return new Date(moment).toDateString();
}
