// The chat's custom element: holds the parts together, decides what happens when.
import { Banner } from "./banner.js";
import { bubble } from "./bubbles.js";
import { Composer } from "./composer.js";
import { Connection } from "./connection.js";
import { greet, welcome } from "./home.js";
import { download, ending } from "./ending.js";
import { colour, dress } from "./look.js";
import { Memory, PageStorage } from "./memory.js";
import { menuOf } from "./menu.js";
import { languageOf, nextLanguage, ownWords, readerOf, wordsOf } from "./options.js";
import { buildPanel, coversPage, keepInside } from "./panel.js";
import { sendPicture } from "./picture.js";
import { Preview } from "./preview.js";
import { styles } from "./style.js";
import { Thread } from "./thread.js";
import { Unread } from "./unread.js";
import { Waiting } from "./waiting.js";

const AGENT_TYPING_MS = 5000;
const SIGN_IN_MS = 15 * 60_000; // in which who was sent to sign in comes back

/** The chat of a shop's page. `setUp` once, then `place` it in the page. */
export class ConciergeChat extends HTMLElement {
  #agentTimer = 0;
  #handledBy = "bot";
  #agentName = null;
  #page = new AbortController(); // ends what listens to the page

  setUp(options) {
    this.options = options;
    this.base = options.base;
    this.memory = new Memory(options.preview === undefined ? undefined : new PageStorage());
    this.language = languageOf(options.language, this.options.given.languages);
    // Who signs in or out starts afresh, so that nobody reads what another person wrote here.
    this.reader = readerOf(options);
    this.#meet();
    this.connection =
      options.preview === undefined
        ? new Connection(this.base, this.memory, { language: this.language, identity: options.identity })
        : new Preview((key) => this.t(key));
  }

  /** Have the words of the language that is spoken. */
  learn() {
    return wordsOf(this.language, this.options.given, this.base);
  }

  /** Into the page: inside the element that `inline` names, or over everything. */
  place() {
    const { inline, preview } = this.options;
    const inside = (inline || preview) && document.querySelector(inline || preview);
    this.isInline = Boolean(inline && inside);
    this.toggleAttribute("inline", this.isInline);
    (inside || document.body).append(this);
    this.attachShadow({ mode: "open" }).adoptedStyleSheets = [styles()];
    this.#draw();
    this.#listen();
    const { connection, memory } = this;
    if (connection.hasConversation) connection.connect();
    if (this.isInline || (memory.get("open") && !coversPage())) this.open({ focus: false });
    else if (memory.get("open")) this.unread.peek(this.t("peek.back"));
    if (this.isKnownNow) this.#goOn();
    this.#tell("ready", {});
  }

  /** Out of the page, for good. */
  end() {
    this.#page.abort();
    this.connection.end();
    this.remove();
  }

  /** Other options for the same page, such as another product or language, or another reader. */
  update(options) {
    const before = this.reader;
    Object.assign(this.options, options);
    this.reader = readerOf(this.options);
    if ("identity" in options) this.connection.identity = options.identity || null;
    if (this.reader !== before) {
      this.#meet();
      if (this.isKnownNow) this.#goOn();
      else this.#startOver();
    }
    const { languages } = this.options.given;
    const language = "language" in options ? languageOf(options.language, languages) : this.language;
    if (language !== this.language) return this.#speak(language);
    return this.#redraw();
  }

  /**
   * Who reads now. Another reader sees nothing of the one before; a guest who was sent from here to
   * sign in goes on with the conversation.
   */
  #meet() {
    const { memory, reader } = this;
    const before = memory.get("customer", "");
    const isBack = Date.now() - memory.get("signing", 0) < SIGN_IN_MS;
    this.isKnownNow = isBack && !before && Boolean(this.options.identity && memory.get("id"));
    if (before !== reader && !this.isKnownNow) memory.forget();
    memory.set({ customer: reader, signing: 0 });
  }

  /** Tell the shop who the guest is, and go on with what was asked. */
  async #goOn() {
    const { identity } = this.options;
    const response = await this.connection.requests.tell("identity", { identity }).catch(() => null);
    if (!response?.ok) return this.#startOver();
    this.open({ focus: false });
    const { go_on: goOn } = await response.json();
    this.#say(goOn.payload, goOn.title);
  }

  /** The shop's own sign-in: what opens it in the page, or its address. */
  #signIn(where) {
    const own = /^[#.[]/.test(where) && document.querySelector(where);
    if (!this.isInline) this.close();
    this.memory.set({ open: true, signing: Date.now() });
    if (own) setTimeout(() => own.click()); // behind the press that led here
    else location.assign(new URL(where, document.baseURI));
  }

  /** The shopper has left: forget who it was and what was said. */
  logout() {
    this.#startOver();
    return this.update({ identity: null, customer: "" });
  }

  #draw() {
    const { options } = this;
    const { words: known } = options.given;
    const words = { ...(known[this.language] ?? Object.values(known)[0]), ...ownWords(options.texts)[this.language] };
    const fixed = { shop: options.name || options.given.shop };
    this.t = (key, values) =>
      (words[key] ?? key).replace(/\{(\w+)\}/g, (found, name) => ({ ...fixed, ...values })[name] ?? found);
    dress(this, options);
    const { languages } = options.given;
    this.lang = languages[this.language].tag;
    const isOpen = this.isOpen;
    const name = options.name || this.t("title");
    this.parts = buildPanel(this.t, { name, logo: options.logo, isInline: this.isInline });
    this.parts.launcher.hidden = this.isInline || Boolean(options.launcher);
    this.shadowRoot.replaceChildren(this.parts.panel, this.parts.peek, this.parts.launcher);
    this.parts.panel.hidden = !isOpen;
    this.banner = new Banner(this.parts.banner, this.t);
    this.thread = new Thread(this.parts, this.#tools());
    const changed = (count) => this.#tell("unread", { count });
    this.unread = new Unread(this.parts, { t: this.t, isOpen: () => this.isOpen, changed });
    this.#wire();
    this.#welcome();
    this.#showStatus();
  }

  #wire() {
    const { parts, options } = this;
    parts.launcher.onclick = () => (this.isOpen ? this.close() : this.open());
    parts.closeButton.onclick = () => this.close();
    parts.peekText.onclick = () => this.open();
    parts.peekClose.onclick = () => {
      this.unread.peek("");
      this.memory.set({ open: false });
    };
    this.showMenu = menuOf(parts.menuButton, parts.menuBox, parts.menu);
    parts.personEntry.onclick = () => this.#fromMenu(() => this.#callPerson());
    parts.sizeEntry.hidden = this.isInline;
    parts.sizeEntry.onclick = () => this.#fromMenu(() => this.#size(!this.hasAttribute("large")));
    this.#size(this.memory.get("large", false));
    parts.newEntry.onclick = () => this.#fromMenu(() => this.#startOver());
    parts.keepEntry.onclick = () => this.#fromMenu(() => this.#keep());
    parts.mailEntry.hidden = !options.identity;
    parts.mailEntry.onclick = () => this.#fromMenu(() => this.#mail());
    parts.endEntry.onclick = () => this.#fromMenu(() => this.#finish());
    const { languages } = options.given;
    const next = nextLanguage(this.language, languages);
    parts.languageEntry.textContent = ownWords(options.texts)[next]?.language ?? languages[next].chat;
    parts.languageEntry.lang = languages[next].tag;
    parts.languageEntry.hidden = next === this.language;
    parts.languageEntry.onclick = () => this.#speak(next);
    const take = (message) => this.thread.toNew(this.thread.add(message));
    this.waiting = new Waiting(parts, { t: this.t, take });
    this.composer = new Composer(parts, {
      t: this.t,
      submit: (text) => this.#say(text, text),
      typed: () => this.#handledBy === "agent" && this.connection.typing(),
    });
    parts.pictureButton.onclick = () => parts.pictureInput.click();
    parts.pictureInput.onchange = () => this.#sendPictures(parts.pictureInput);
    parts.panel.onkeydown = (event) => this.#key(event);
  }

  #listen() {
    const { connection } = this;
    const { signal } = this.#page;
    connection.addEventListener("messages", ({ detail }) => this.#receive(detail.messages));
    connection.addEventListener("accepted", ({ detail }) => this.#accepted(detail));
    connection.addEventListener("refused", ({ detail }) => this.#refused(detail));
    connection.addEventListener("status", ({ detail }) => this.#changed(detail));
    connection.addEventListener("online", ({ detail }) => this.banner.online(detail.isOnline));
    connection.addEventListener("typing", () => this.#agentWrites());
    connection.addEventListener("moved", () => this.#clear());
    connection.addEventListener("unwelcome", ({ detail }) => this.banner.unwelcome(detail.origin));
    this.memory.addEventListener("changed", () => this.#changedElsewhere(), { signal });
    document.addEventListener("visibilitychange", () => this.isOpen && this.#noteSeen(), { signal });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => colour(this, this.options), { signal });
    const press = ({ target }) => {
      const { launcher } = this.options;
      if (launcher && launcher !== "none" && target.closest?.(launcher)) this.isOpen ? this.close() : this.open();
    };
    document.addEventListener("click", press, { signal });
    for (const entry of connection.queue) this.#showOwn(entry.text, entry.id);
  }

  get isOpen() {
    return Boolean(this.parts) && !this.parts.panel.hidden;
  }

  /** Open the panel and put the cursor where one writes. */
  open({ focus = true } = {}) {
    const { panel, launcher, input } = this.parts;
    const wasOpen = this.isOpen;
    panel.hidden = false;
    this.toggleAttribute("open", true);
    if (!this.isInline) panel.setAttribute("aria-modal", String(coversPage()));
    launcher.setAttribute("aria-expanded", "true");
    launcher.setAttribute("aria-label", this.t("close"));
    this.memory.set({ open: true });
    if (!this.isGreeted) this.#welcome();
    this.unread.peek("");
    this.unread.set([]);
    this.connection.connect().then(() => this.#noteSeen());
    if (!this.thread.isEmpty) this.thread.toEnd();
    if (focus) input.focus();
    if (!wasOpen) this.#tell("opened", {});
  }

  /** Close the panel and give the keyboard back to the launcher. */
  close() {
    if (!this.isOpen || this.isInline) return;
    const { panel, launcher } = this.parts;
    panel.hidden = true;
    this.removeAttribute("open");
    launcher.setAttribute("aria-expanded", "false");
    launcher.setAttribute("aria-label", this.t("open"));
    this.memory.set({ open: false });
    const own = this.options.launcher && this.options.launcher !== "none" && document.querySelector(this.options.launcher);
    (own || launcher).focus();
    this.#tell("closed", {});
  }

  /** Open the panel and say something for the shopper, who pressed for it. */
  ask(text, shown = text) {
    if (!this.isOpen) this.open();
    this.#say(text, shown);
  }

  get #where() {
    const { product, visit } = this.options;
    return product || visit ? { ...(product && { product }), ...(visit && { visit }) } : null;
  }

  async #sendPictures(input) {
    const files = [...input.files];
    input.value = "";
    const { thread, connection } = this;
    const refused = (error) => this.#refused({ error, isWaiting: true });
    const sending = { thread, connection, page: this.#where, tools: this.#tools(), refused };
    for (const file of files) {
      await sendPicture(file, sending);
      this.banner.waitNoLonger();
    }
  }

  #say(text, shown) {
    this.#showOwn(shown, this.connection.send(text, this.#where));
    this.thread.toEnd();
  }

  #callPerson() {
    const text = this.t("person");
    this.#showOwn(text, this.connection.callPerson(text));
    this.thread.toEnd();
  }

  #showOwn(text, id) {
    this.composer.follow(null);
    this.waiting.clear();
    this.thread.addOwn(text, id);
  }

  #accepted({ client_message_id: id, message, is_answered: isAnswered }) {
    if (this.thread.settle(id, message)) this.#tell("message", { author: "shopper", id: message.id });
    this.banner.waitNoLonger();
    if (!isAnswered && this.#handledBy === "bot") this.thread.showWriting(true);
  }

  #refused({ client_message_id: id, error, isWaiting }) {
    if (isWaiting) this.banner.waiting(error);
    else this.thread.fail(id, this.t(error === "too_long" ? "too_long" : "failed"));
  }

  #receive(messages) {
    const { thread } = this;
    const wasNearEnd = thread.isNearEnd;
    const unread = new Set();
    let first = null;
    for (const message of messages) {
      if (thread.has(message.id)) continue;
      if (message.client_message_id) this.banner.waitNoLonger();
      if (message.client_message_id && thread.settle(message.client_message_id, message)) continue;
      this.composer.follow(message.asks);
      if (this.waiting.holds(message, thread.endsWith("bot"))) {
        thread.stored(message.id, null);
        continue;
      }
      const element = thread.add(message);
      if (message.author === "shopper") {
        this.waiting.clear();
        continue;
      }
      thread.showWriting(false);
      first ??= element;
      if (message.id > this.memory.get("seen", 0)) {
        unread.add(message.id);
        this.#tell("message", { author: message.author, id: message.id });
        if (!this.isOpen && message.text) this.unread.peek(message.text);
      }
    }
    thread.keepSendingLast();
    thread.showReceipt();
    if (this.isOpen) this.#noteSeen();
    else this.unread.set([...this.unread.ids, ...unread]);
    if (wasNearEnd) thread.toNew(unread.size === 1 ? first : null);
    else if (unread.size) this.parts.latest.hidden = false;
  }

  /** What lies in an open panel of a page in front is seen; what was only fetched is not. */
  #noteSeen() {
    if (document.hidden) return;
    const { last } = this.connection;
    if (last > this.memory.get("seen", 0)) this.memory.set({ seen: last });
    if (last) this.connection.seen(last);
  }

  #changed({ handled_by: handledBy, agent_name: agentName, agent_seen_id: agentSeen = 0 }) {
    this.#handledBy = handledBy;
    this.#agentName = agentName;
    this.thread.showReceipt(agentSeen);
    if (handledBy === "agent") this.thread.showWriting(false);
    this.#showStatus();
  }

  #showStatus() {
    const { status, panel } = this.parts;
    panel.dataset.by = this.#handledBy;
    if (this.#handledBy !== "agent") status.textContent = this.t("status.bot");
    else if (this.#agentName) status.textContent = this.t("status.agent", { name: this.#agentName });
    else status.textContent = this.t("status.waiting");
  }

  #agentWrites() {
    this.thread.showWriting(true);
    clearTimeout(this.#agentTimer);
    this.#agentTimer = setTimeout(() => this.thread.showWriting(false), AGENT_TYPING_MS);
  }

  /** The first screen; a chat that stays closed never draws it. */
  async #welcome() {
    this.isGreeted = this.isOpen;
    if (!this.isOpen) return;
    const say = (text) => this.#say(text, text);
    const hasWays = !this.connection.hasConversation || !this.connection.last;
    const box = welcome(this.#tools(), { say, callPerson: () => this.#callPerson(), hasWays });
    this.parts.log.prepend(box);
    if (!hasWays) return;
    const { identity } = this.connection;
    const found = await this.connection.requests.home(identity, this.language);
    if (found && box.isConnected && identity === this.connection.identity) greet(box, found, this.#tools(), say);
  }

  #tools() {
    const choose = (button) => {
      this.#say(button.payload, button.title);
      this.parts.input.focus();
    };
    const { t, base, options } = this;
    const { locale } = options.given.languages[this.language];
    const say = (text) => this.#say(text, text);
    const signIn = options.signIn && (() => this.#signIn(options.signIn));
    return { t, base, locale, choose, say, signIn, productPages: options.productPages };
  }

  #fromMenu(act) {
    this.showMenu(false, { focus: false });
    act();
    this.parts.input.focus();
  }

  /** A larger panel, or one as large as it is made; on a phone it covers the page anyway. */
  #size(isLarge) {
    if (isLarge !== this.memory.get("large", false)) this.memory.set({ large: isLarge });
    this.toggleAttribute("large", isLarge);
    this.parts.sizeEntry.textContent = this.t(isLarge ? "smaller" : "larger");
  }

  #keep() {
    const day = new Date().toISOString().slice(0, 10);
    download(`${this.t("shop_chat")} · ${day}\n\n${this.thread.transcript()}\n`, `chat-${day}.txt`);
  }

  /** What was said, to the address of whoever is signed in. */
  async #mail() {
    const response = await this.connection.requests.tell("transcript", {}).catch(() => null);
    const text = this.t(response?.ok ? "mailed" : "not_mailed");
    this.thread.place(bubble({ author: "system", text }, this.#tools()));
    this.thread.toEnd();
  }

  /** Ask whether it helped; a new conversation begins when the shopper wants one. */
  #finish() {
    this.parts.log.querySelector(".ending")?.remove();
    const judge = (isHelpful) => this.connection.requests.judge(isHelpful);
    const box = ending(this.t, { judge, keep: () => this.#keep(), begin: () => this.#startOver() });
    this.thread.place(box);
    this.thread.toEnd();
  }

  #startOver() {
    this.connection.startOver();
    this.#clear();
    if (this.isOpen) this.connection.connect();
  }

  /** An empty log, for a conversation that begins or that another tab has begun. */
  #clear() {
    this.thread.clear();
    this.#changed({ handled_by: "bot", agent_name: null });
    this.unread.set([]);
    this.unread.peek("");
    this.#welcome();
  }

  /** What is read in one tab is read in all; who signs out in one is not known in the others. */
  #changedElsewhere() {
    if (this.memory.get("customer", "") !== this.reader) this.connection.identity = null;
    const seen = this.memory.get("seen", 0);
    this.unread.set(this.unread.ids.filter((id) => id > seen));
  }

  async #speak(language) {
    this.language = language;
    this.connection.setLanguage(language);
    await this.#redraw();
    if (this.isOpen) this.parts.input.focus();
  }

  /** The same conversation in other words or colours. */
  async #redraw() {
    await this.learn();
    const unread = this.unread.ids;
    this.#draw();
    this.unread.set(unread);
    for (const entry of this.connection.queue) this.#showOwn(entry.text, entry.id);
    if (this.isOpen) this.open({ focus: false });
    if (this.connection.hasConversation || this.options.preview !== undefined) await this.connection.reload();
  }

  #key(event) {
    if (event.key === "Escape") this.close();
    else if (event.key === "Tab" && coversPage() && !this.isInline) keepInside(event, this.parts.panel);
  }

  /** Tell the page; what was said stays in the chat. */
  #tell(name, detail) {
    dispatchEvent(new CustomEvent(`concierge:${name}`, { detail }));
  }
}
