// The chat's custom element: holds the parts together, decides what happens when.
import { bubble, choices, writing } from "./bubbles.js";
import { Composer } from "./composer.js";
import { Connection } from "./connection.js";
import { make } from "./dom.js";
import { Memory } from "./memory.js";
import { buildPanel, keepInside } from "./panel.js";
import { prepared } from "./picture.js";
import { newId } from "./requests.js";
import { styles } from "./style.js";

const TYPING_EVERY_MS = 3000;
const AGENT_TYPING_MS = 5000;
const NEAR_END_PX = 80;

/** The chat of a shop's page. `setUp` once, then put it into the page. */
export class ConciergeChat extends HTMLElement {
  #seen = new Map(); // message id → element
  #sending = new Map(); // client id → element
  #unread = new Set(); // message ids
  #isWaiting = false; // the banner says that messages go out later
  #typedAt = 0;
  #agentTimer = 0;
  #handledBy = "bot";
  #agentName = null;
  #agentSeen = 0;

  setUp({ base, language, identity, product, visit, theme, name, customer }) {
    this.base = base;
    this.memory = new Memory();
    this.page = product || visit ? { ...(product && { product }), ...(visit && { visit }) } : null;
    this.theme = theme;
    this.name = name;
    // Who signs in or out starts afresh, so that nobody reads what another person wrote here.
    const reader = customer ?? "";
    if (this.memory.get("customer", "") !== reader) this.memory.forget();
    this.memory.set({ customer: reader });
    this.memory.addEventListener("changed", () => this.#changedElsewhere(reader));
    const wanted = language ?? document.documentElement.lang ?? navigator.language;
    this.language = String(wanted).startsWith("zh") ? "zh" : "en";
    this.connection = new Connection(base, this.memory, { language: this.language, identity });
    let done;
    this.ready = new Promise((resolve) => (done = resolve));
    this.begin = async () => {
      await this.#draw();
      this.#listen();
      if (this.connection.hasConversation) this.connection.connect();
      if (this.memory.get("open") && !this.#isPhone()) this.open({ focus: false });
      done();
    };
  }

  connectedCallback() {
    if (!this.shadowRoot) this.begin();
  }

  async #draw() {
    const address = new URL(`text/${this.language}.json`, this.base);
    const words = await (await fetch(address, { credentials: "omit" })).json();
    this.t = (key) => words[key] ?? key;
    const root = this.shadowRoot ?? this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [styles()];
    if (this.theme) this.dataset.theme = this.theme;
    this.lang = this.language === "zh" ? "zh-CN" : "en";
    this.parts = buildPanel(this.t, { name: this.name || this.t("title") });
    root.replaceChildren(this.parts.panel, this.parts.launcher);
    this.#seen.clear();
    this.#sending.clear();
    this.#wire();
    this.#welcome();
    this.#showStatus();
  }

  #wire() {
    const { parts } = this;
    parts.launcher.onclick = () => (this.isOpen ? this.close() : this.open());
    parts.closeButton.onclick = () => this.close();
    parts.menuButton.onclick = () => this.#toggleMenu();
    parts.personEntry.onclick = () => this.#fromMenu(() => this.#callPerson());
    parts.newEntry.onclick = () => this.#fromMenu(() => this.#startOver());
    parts.languageEntry.onclick = () => this.#switchLanguage();
    parts.latest.onclick = () => this.#scrollToEnd();
    parts.log.onscroll = () => (parts.latest.hidden = this.#isNearEnd());
    this.composer = new Composer(parts, {
      submit: (text) => this.#say(text, text),
      typed: () => this.#typed(),
    });
    parts.pictureButton.onclick = () => parts.pictureInput.click();
    parts.pictureInput.onchange = () => this.#sendPicture();
    parts.panel.onkeydown = (event) => this.#key(event);
  }

  #listen() {
    const { connection } = this;
    connection.addEventListener("messages", ({ detail }) => this.#receive(detail.messages));
    connection.addEventListener("accepted", ({ detail }) => this.#accepted(detail));
    connection.addEventListener("refused", ({ detail }) => this.#refused(detail));
    connection.addEventListener("status", ({ detail }) => this.#changed(detail));
    connection.addEventListener("online", ({ detail }) => this.#online(detail.isOnline));
    connection.addEventListener("typing", () => this.#agentWrites());
    connection.addEventListener("moved", () => this.#clear());
    document.addEventListener("visibilitychange", () => this.isOpen && this.#noteSeen());
    for (const entry of connection.queue) this.#showOwn(entry.text, entry.id);
  }

  get isOpen() {
    return !this.parts.panel.hidden;
  }

  /** Open the panel and put the cursor where one writes. */
  open({ focus = true } = {}) {
    const { panel, launcher, input } = this.parts;
    panel.hidden = false;
    this.toggleAttribute("open", true);
    panel.setAttribute("aria-modal", String(this.#isPhone()));
    launcher.setAttribute("aria-expanded", "true");
    launcher.setAttribute("aria-label", this.t("close"));
    this.memory.set({ open: true });
    this.#setUnread([]);
    this.connection.connect().then(() => this.#noteSeen());
    this.#scrollToEnd();
    if (focus) input.focus();
  }

  /** Close the panel and give the keyboard back to the launcher. */
  close() {
    const { panel, launcher } = this.parts;
    panel.hidden = true;
    this.removeAttribute("open");
    launcher.setAttribute("aria-expanded", "false");
    launcher.setAttribute("aria-label", this.t("open"));
    this.memory.set({ open: false });
    launcher.focus();
  }

  /** Open the panel and say something for the shopper, who pressed for it. */
  ask(text, shown = text) {
    if (!this.isOpen) this.open();
    this.#say(text, shown);
  }

  async #sendPicture() {
    const [file] = this.parts.pictureInput.files;
    this.parts.pictureInput.value = "";
    if (!file) return;
    const element = bubble({ author: "shopper", text: this.t("sent_picture") }, this.#tools());
    element.classList.add("sending");
    this.parts.log.append(element);
    this.#retireChoices();
    this.#scrollToEnd();
    await this.#deliver(file, element, newId());
  }

  async #deliver(file, element, clientId) {
    try {
      const { blob, preview } = await prepared(file);
      element.querySelector("canvas")?.remove();
      element.querySelector(".bubble").append(preview);
      this.#write(true);
      const { message_id: id } = await this.connection.sendPicture(blob, clientId, this.page);
      this.#waitNoLonger();
      if (this.#seen.get(id) !== element) this.#seen.get(id)?.remove();
      this.#seen.set(id, element);
      element.classList.remove("sending");
    } catch (error) {
      element.classList.replace("sending", "failed");
      const isForGood = error.code && !error.isForNow;
      const why = this.t(isForGood ? "picture_failed" : "picture_unread");
      const state = make("span", { className: "state", textContent: why });
      const again = () => {
        state.remove();
        element.classList.replace("failed", "sending");
        this.#deliver(file, element, clientId);
      };
      const isReadable = element.querySelector("canvas");
      if (isReadable && !isForGood) state.append(make("button", { type: "button", textContent: this.t("again"), on: { click: again } }));
      element.append(state);
      this.#write(false);
    }
    this.#scrollToEnd();
  }

  #say(text, shown) {
    this.parts.log.querySelector(".welcome .choices")?.remove();
    this.#showOwn(shown, this.connection.send(text, this.page));
    this.#scrollToEnd();
  }

  #callPerson() {
    this.parts.log.querySelector(".welcome .choices")?.remove();
    const text = this.t("person");
    this.#showOwn(text, this.connection.callPerson(text));
    this.#scrollToEnd();
  }

  #showOwn(text, id) {
    this.composer.follow(null);
    const element = bubble({ author: "shopper", text }, this.#tools());
    element.classList.add("sending");
    element.append(make("span", { className: "state", textContent: this.t("sending") }));
    this.#sending.set(id, element);
    this.parts.log.append(element);
    this.#retireChoices();
  }

  #accepted({ client_message_id: id, message, is_answered: isAnswered }) {
    this.#settle(id, message);
    this.#waitNoLonger();
    if (!isAnswered && this.#handledBy === "bot") this.#write(true);
  }

  #settle(id, message) {
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

  #refused({ client_message_id: id, error, isWaiting }) {
    if (isWaiting) {
      this.#isWaiting = true;
      return this.#banner(this.t(error === "too_many_requests" ? "slow" : "busy"));
    }
    const element = this.#sending.get(id);
    if (!element) return;
    this.#sending.delete(id);
    element.classList.replace("sending", "failed");
    element.querySelector(".state").textContent = this.t(error === "too_long" ? "too_long" : "failed");
  }

  #receive(messages) {
    const wasNearEnd = this.#isNearEnd();
    const unread = new Set();
    for (const message of messages) {
      if (this.#seen.has(message.id)) continue;
      if (message.client_message_id) this.#waitNoLonger();
      if (message.client_message_id && this.#settle(message.client_message_id, message)) continue;
      const element = bubble(message, this.#tools());
      this.#seen.set(message.id, element);
      this.parts.log.append(element);
      this.composer.follow(message.asks);
      if (message.author === "shopper") this.#retireChoices(element);
      else {
        this.#write(false);
        if (message.id > this.memory.get("seen", 0)) unread.add(message.id);
      }
    }
    for (const waiting of this.#sending.values()) this.parts.log.append(waiting);
    this.#showReceipt();
    this.parts.log.querySelector(".welcome .choices")?.remove();
    if (this.isOpen) this.#noteSeen();
    else this.#setUnread([...this.#unread, ...unread]);
    if (wasNearEnd) this.#scrollToEnd();
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
    this.#agentSeen = agentSeen;
    this.#showReceipt();
    if (handledBy === "agent") this.#write(false);
    this.#showStatus();
  }

  /** A word under the shopper's last message that an agent has on the screen. */
  #showReceipt() {
    this.parts.log.querySelector(".receipt")?.remove();
    const own = [...this.parts.log.querySelectorAll(".message.shopper[data-id]")];
    const read = own.filter((element) => Number(element.dataset.id) <= this.#agentSeen).at(-1);
    read?.append(make("span", { className: "state receipt", textContent: this.t("seen") }));
  }

  #showStatus() {
    const { status, panel } = this.parts;
    panel.dataset.by = this.#handledBy;
    if (this.#handledBy !== "agent") status.textContent = this.t("status.bot");
    else {
      status.textContent = this.#agentName
        ? this.t("status.agent").replace("{name}", this.#agentName)
        : this.t("status.waiting");
    }
  }

  #online(isOnline) {
    this.#isWaiting = false;
    if (isOnline) this.parts.banner.hidden = true;
    else this.#banner(this.t(navigator.onLine ? "reconnecting" : "offline"));
  }

  #waitNoLonger() {
    if (this.#isWaiting) this.parts.banner.hidden = true;
    this.#isWaiting = false;
  }

  #banner(text) {
    this.parts.banner.textContent = text;
    this.parts.banner.hidden = false;
  }

  #write(isWriting) {
    this.writingElement?.remove();
    this.writingElement = null;
    if (!isWriting) return;
    this.writingElement = writing(this.t("writing"));
    this.parts.log.append(this.writingElement);
    if (this.#isNearEnd()) this.#scrollToEnd();
  }

  #agentWrites() {
    this.#write(true);
    clearTimeout(this.#agentTimer);
    this.#agentTimer = setTimeout(() => this.#write(false), AGENT_TYPING_MS);
  }

  #typed() {
    if (this.#handledBy !== "agent" || Date.now() - this.#typedAt < TYPING_EVERY_MS) return;
    this.#typedAt = Date.now();
    this.connection.typing();
  }

  #retireChoices(until) {
    for (const row of this.parts.log.querySelectorAll(".message > .choices")) {
      if (!until || row.compareDocumentPosition(until) & Node.DOCUMENT_POSITION_FOLLOWING) row.remove();
    }
  }

  #welcome() {
    const { t } = this;
    const box = bubble({ author: "bot", text: t("welcome") }, this.#tools());
    box.classList.add("welcome");
    const starters = ["starter.order", "starter.return", "starter.find"];
    const buttons = starters.map((key) => ({ title: t(key), payload: t(key) }));
    buttons.push({ title: t("person"), isPerson: true });
    if (!this.connection?.hasConversation || !this.connection.last) {
      const choose = (button) =>
        button.isPerson ? this.#callPerson() : this.#say(button.payload, button.title);
      box.append(choices(buttons, choose));
    }
    this.parts.log.append(box);
  }

  #tools() {
    const choose = (button) => {
      this.#say(button.payload, button.title);
      this.parts.input.focus();
    };
    return { t: this.t, base: this.base, language: this.language, choose };
  }

  #toggleMenu(isShown = this.parts.menu.hidden) {
    this.parts.menu.hidden = !isShown;
    this.parts.menuButton.setAttribute("aria-expanded", String(isShown));
    if (isShown) this.parts.personEntry.focus();
  }

  #fromMenu(act) {
    this.#toggleMenu(false);
    act();
    this.parts.input.focus();
  }

  #startOver() {
    this.connection.startOver();
    this.#clear();
    this.connection.connect();
  }

  /** An empty log, for a conversation that begins or that another tab has begun. */
  #clear() {
    this.#changed({ handled_by: "bot", agent_name: null });
    this.#write(false);
    this.#seen.clear();
    this.#sending.clear();
    this.#setUnread([]);
    this.parts.log.replaceChildren();
    this.#welcome();
  }

  /** What is read in one tab is read in all; who signs out in one is not known in the others. */
  #changedElsewhere(reader) {
    if (!this.parts) return;
    if (this.memory.get("customer", "") !== reader) this.connection.identity = null;
    const seen = this.memory.get("seen", 0);
    this.#setUnread([...this.#unread].filter((id) => id > seen));
  }

  async #switchLanguage() {
    this.language = this.language === "zh" ? "en" : "zh";
    this.connection.setLanguage(this.language);
    await this.#draw();
    for (const entry of this.connection.queue) this.#showOwn(entry.text, entry.id);
    this.open();
    await this.connection.reload();
  }

  #key(event) {
    if (event.key === "Escape") {
      if (this.parts.menu.hidden) this.close();
      else this.#fromMenu(() => {});
    } else if (event.key === "Tab" && this.#isPhone()) keepInside(event, this.parts.panel);
  }

  #isPhone() {
    return matchMedia("(max-width: 560px), (max-height: 560px)").matches;
  }

  #isNearEnd() {
    const { log } = this.parts;
    return log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_END_PX;
  }

  #scrollToEnd() {
    const { log } = this.parts;
    log.scrollTop = log.scrollHeight;
  }

  #setUnread(ids) {
    this.#unread = new Set(ids);
    const count = this.#unread.size;
    const { badge, launcher } = this.parts;
    badge.hidden = count === 0;
    badge.textContent = count > 9 ? "9+" : String(count);
    if (!this.isOpen) launcher.setAttribute("aria-label", this.t("open") + (count ? ` (${count})` : ""));
  }
}
