// The end of a conversation: did it help, its words to keep, a new one.
import { drawing, make, SHAPES } from "./dom.js";

/** A card at the end of the log; `judge(isHelpful)`, `keep()` and `begin()` are its buttons. */
export function ending(t, { judge, keep, begin }) {
  const thanks = make("p", { className: "done", hidden: true }, drawing(...SHAPES.check), t("helpful.thanks"));
  const ask = make("div", { className: "helpful", attr: { role: "group", "aria-label": t("helpful") } });
  const thumb = (shape, label, isHelpful) => {
    const press = () => {
      judge(isHelpful);
      ask.hidden = true;
      thanks.hidden = false;
    };
    const button = make("button", { type: "button", title: label, attr: { "aria-label": label }, on: { click: press } });
    button.append(drawing(...SHAPES[shape]));
    return button;
  };
  ask.append(make("span", { textContent: t("helpful") }), thumb("yes", t("helpful.yes"), true), thumb("no", t("helpful.no"), false));
  const row = make("div", { className: "choices" });
  for (const [label, press] of [[t("keep"), keep], [t("new"), begin]]) {
    row.append(make("button", { type: "button", textContent: label, on: { click: press } }));
  }
  return make("div", { className: "message bot ending" }, ask, thanks, row);
}

/** Give the shopper a text as a file. */
export function download(text, name) {
  const href = URL.createObjectURL(new Blob([text], { type: "text/plain;charset=utf-8" }));
  const anchor = make("a", { href, download: name });
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(href), 10_000);
}
