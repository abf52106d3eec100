// A shop's choices for its chat: shown at once, written as the tag that makes them.

const form = document.querySelector("#embed");
const tag = document.querySelector("#tag");
const copied = document.querySelector("#copied");
const address = new URL("/chat/widget.js", location.origin).href;

/** The options that were chosen, by the names of the widget's; what is not chosen is undefined. */
function chosen() {
  const given = Object.fromEntries(new FormData(form));
  const value = (name) => String(given[name] ?? "").trim() || undefined;
  const words = {};
  for (const name of Object.keys(given).filter((one) => one.startsWith("welcome_"))) {
    const welcome = value(name);
    if (welcome) words[name.slice("welcome_".length)] = { welcome };
  }
  const [across, up] = [value("across"), value("up")];
  return {
    name: value("name"),
    language: value("language"),
    theme: value("theme"),
    accent: given.own_accent ? value("accent") : undefined,
    logo: value("logo"),
    side: value("side"),
    offset: across || up ? `${across ?? 24} ${up ?? 24}` : undefined,
    launcher: value("launcher"),
    inline: value("inline"),
    productPages: value("productPages"),
    texts: Object.keys(words).length ? JSON.stringify(words) : undefined,
  };
}

function written(options) {
  const attributes = Object.entries(options)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => {
      const attribute = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
      return `  data-${attribute}="${escaped(value)}"`;
    });
  const source = options.language ? `${address}?language=${options.language}` : address;
  return [`<script src="${source}" async`, ...attributes].join("\n") + "></script>";
}

function escaped(text) {
  return text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
}

function show() {
  const options = chosen();
  tag.value = written(options);
  copied.textContent = "";
  const { language = document.documentElement.lang } = options;
  window.ConciergeChat.push(["update", { ...options, language, launcher: undefined, inline: undefined }]);
}

window.ConciergeChat ??= [];
const script = document.createElement("script");
script.src = address;
script.dataset.preview = "#frame";
document.head.append(script);
window.ConciergeChat.push(["open", { focus: false }]);
show();

form.addEventListener("input", (event) => {
  if (event.target.name === "accent") form.elements.own_accent.checked = true;
  show();
});
form.addEventListener("submit", (event) => event.preventDefault());

document.querySelector("#copy").addEventListener("click", async () => {
  try {
    await navigator.clipboard.writeText(tag.value);
  } catch {
    tag.select();
    document.execCommand("copy");
  }
  copied.textContent = copied.dataset.text;
});
