// The parts of the chat's window, without behaviour.
import { drawing, make, SHAPES } from "./dom.js";

/** Build launcher and panel; gives every part that somebody has to hold. */
export function buildPanel(t, { name }) {
  const parts = {};
  parts.badge = make("span", { className: "badge", hidden: true });
  parts.launcher = make(
    "button",
    {
      type: "button",
      className: "launcher",
      attr: { "aria-expanded": "false", "aria-controls": "panel", "aria-label": t("open"), part: "launcher" },
    },
    drawing(...SHAPES.bubble),
    parts.badge,
  );
  parts.status = make("p", { className: "status", attr: { role: "status" } });
  parts.menuButton = iconButton(t("menu"), SHAPES.more);
  parts.menuButton.setAttribute("aria-expanded", "false");
  parts.closeButton = iconButton(t("close"), SHAPES.down);
  const header = make(
    "header",
    {},
    make("span", { className: "face" }, drawing(...SHAPES.mark)),
    make("div", { className: "who" }, make("h2", { id: "title", textContent: name }), parts.status),
    parts.menuButton,
    parts.closeButton,
  );
  parts.menu = buildMenu(t, parts);
  parts.banner = make("p", { className: "banner", hidden: true, attr: { role: "status" } });
  parts.log = make("div", {
    className: "log",
    tabIndex: 0,
    attr: { role: "log", "aria-live": "polite", "aria-relevant": "additions", "aria-label": t("log") },
  });
  parts.latest = make("button", { type: "button", className: "latest", hidden: true, textContent: t("latest") });
  parts.panel = make(
    "section",
    {
      id: "panel",
      className: "panel",
      hidden: true,
      attr: { role: "dialog", "aria-labelledby": "title", part: "panel" },
    },
    header,
    parts.menu,
    parts.banner,
    make("div", { className: "middle" }, parts.log, parts.latest),
    buildForm(t, parts),
  );
  return parts;
}

function iconButton(label, shape) {
  return make(
    "button",
    { type: "button", className: "icon", title: label, attr: { "aria-label": label } },
    drawing(...shape),
  );
}

function buildMenu(t, parts) {
  const entry = (label, className = "") => make("button", { type: "button", className, textContent: label });
  parts.personEntry = entry(t("person"));
  parts.newEntry = entry(t("new"));
  parts.languageEntry = entry(t("language"));
  parts.languageEntry.lang = t("language.code");
  return make(
    "div",
    { className: "menu", hidden: true },
    parts.personEntry,
    parts.languageEntry,
    parts.newEntry,
    make("p", { className: "privacy", textContent: t("privacy.long") }),
  );
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
  parts.form.append(make("p", { className: "privacy", textContent: t("privacy.short") }));
  return parts.form;
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
