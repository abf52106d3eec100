// The parts of the chat's window, without behaviour.
import { drawing, make, SHAPES } from "./dom.js";

/** Build launcher and panel; gives every part that somebody has to hold. */
export function buildPanel(t, { name, logo, isInline }) {
  const parts = {};
  parts.badge = make("span", { className: "badge", hidden: true });
  const launcher = { "aria-expanded": "false", "aria-controls": "panel", "aria-label": t("open"), part: "launcher" };
  parts.launcher = make("button", { type: "button", className: "launcher", attr: launcher }, drawing(...SHAPES.bubble), parts.badge);
  parts.peek = buildPeek(t, parts);
  parts.status = make("p", { className: "status", attr: { role: "status" } });
  parts.menuButton = iconButton(t("menu"), SHAPES.more);
  parts.menuButton.setAttribute("aria-haspopup", "menu");
  parts.menuButton.setAttribute("aria-expanded", "false");
  parts.closeButton = iconButton(t("close"), SHAPES.down);
  parts.closeButton.hidden = isInline;
  const header = make(
    "div",
    { className: "header" },
    face(logo),
    make("div", { className: "who" }, make("h2", { id: "title", textContent: name }), parts.status),
    parts.menuButton,
    parts.closeButton,
  );
  parts.menuBox = buildMenu(t, parts);
  parts.banner = make("p", { className: "banner", hidden: true, attr: { role: "status" } });
  parts.log = make("div", {
    className: "log",
    tabIndex: 0,
    attr: { role: "log", "aria-live": "polite", "aria-relevant": "additions", "aria-label": t("log") },
  });
  parts.latest = make("button", { type: "button", className: "latest", hidden: true, textContent: t("latest") });
  const role = isInline ? "region" : "dialog";
  parts.panel = make(
    "section",
    { id: "panel", className: "panel", hidden: true, attr: { role, "aria-labelledby": "title", part: "panel" } },
    header,
    parts.menuBox,
    parts.banner,
    make("div", { className: "middle" }, parts.log, parts.latest),
    buildForm(t, parts),
  );
  return parts;
}

/** The shop's logo; our drawing where there is none, or where it does not load. */
function face(logo) {
  const box = make("span", { className: "face" }, drawing(...SHAPES.mark));
  if (!logo) return box;
  const image = make("img", { src: logo, alt: "" });
  image.onload = () => {
    box.classList.add("has-logo");
    box.replaceChildren(image);
  };
  return box;
}

/** What was said while the panel was closed, over the launcher. */
function buildPeek(t, parts) {
  parts.peekText = make("button", { type: "button", className: "peek-text", dir: "auto" });
  parts.peekClose = iconButton(t("peek.close"), SHAPES.close);
  return make("div", { className: "peek", hidden: true, attr: { role: "status" } }, parts.peekText, parts.peekClose);
}

function iconButton(label, shape) {
  return make(
    "button",
    { type: "button", className: "icon", title: label, attr: { "aria-label": label } },
    drawing(...shape),
  );
}

function buildMenu(t, parts) {
  const entry = (label) => make("button", { type: "button", textContent: label, tabIndex: -1, attr: { role: "menuitem" } });
  parts.personEntry = entry(t("person"));
  parts.sizeEntry = entry("");
  parts.sizeEntry.className = "size";
  parts.keepEntry = entry(t("keep"));
  parts.mailEntry = entry(t("mail_me"));
  parts.endEntry = entry(t("end"));
  parts.newEntry = entry(t("new"));
  parts.languageEntry = entry("");
  parts.menu = make(
    "div",
    { attr: { role: "menu", "aria-label": t("menu") } },
    parts.personEntry,
    parts.sizeEntry,
    parts.languageEntry,
    parts.keepEntry,
    parts.mailEntry,
    parts.endEntry,
    parts.newEntry,
  );
  return make("div", { className: "menu", hidden: true }, parts.menu, make("p", { className: "privacy", textContent: t("privacy.long") }));
}

function buildForm(t, parts) {
  parts.input = make("textarea", {
    rows: 1,
    maxLength: 3000,
    placeholder: t("placeholder"),
    enterKeyHint: "send",
    dir: "auto",
    inputMode: "text",
    attr: { "aria-label": t("placeholder"), autocomplete: "off" },
  });
  parts.sendButton = make(
    "button",
    { type: "submit", className: "send", title: t("send"), attr: { "aria-label": t("send") } },
    drawing(...SHAPES.send),
  );
  parts.pictureButton = iconButton(t("send_picture"), SHAPES.picture);
  parts.lettersButton = make("button", {
    type: "button",
    className: "icon letters",
    hidden: true,
    textContent: "ABC",
    title: t("letters"),
    attr: { "aria-label": t("letters") },
  });
  parts.pictureInput = make("input", {
    type: "file",
    multiple: true,
    accept: "image/jpeg,image/png,image/webp",
    hidden: true,
    attr: { "aria-label": t("send_picture") },
  });
  parts.form = make(
    "form",
    {},
    make(
      "div",
      { className: "entry" },
      parts.input,
      parts.lettersButton,
      parts.pictureInput,
      parts.pictureButton,
      parts.sendButton,
    ),
  );
  parts.waitingGo = make("button", { type: "button", className: "waiting-go", dir: "auto" });
  parts.waitingClose = iconButton(t("waiting.close"), SHAPES.close);
  parts.waiting = make("div", { className: "waiting", hidden: true, attr: { role: "status" } }, parts.waitingGo, parts.waitingClose);
  parts.form.prepend(parts.waiting);
  parts.counter = make("p", { className: "counter", hidden: true, attr: { role: "status" } });
  parts.form.append(parts.counter, make("p", { className: "privacy", textContent: t("privacy.short") }));
  return parts.form;
}

/** Whether the panel covers the page: on phones, and on low screens such as 200 % zoom makes. */
export function coversPage() {
  return matchMedia("(max-width: 560px), (max-height: 560px)").matches;
}

/** On a phone the panel covers the page: the Tab key goes round inside it. */
export function keepInside(event, panel) {
  const all = [...panel.querySelectorAll("button, a[href], textarea, [tabindex='0']")];
  const shown = all.filter((element) => element.offsetParent !== null);
  const edge = event.shiftKey ? shown[0] : shown.at(-1);
  if (panel.getRootNode().activeElement !== edge) return;
  event.preventDefault();
  (event.shiftKey ? shown.at(-1) : shown[0]).focus();
}
