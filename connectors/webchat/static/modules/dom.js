// Making elements. Text is always text: nothing of what is said ever becomes markup.

/** An element with properties, attributes (as `attr`) and children; strings become text. */
export function make(name, { attr = {}, on = {}, ...properties } = {}, ...children) {
  const element = document.createElement(name);
  Object.assign(element, properties);
  for (const [key, value] of Object.entries(attr)) {
    if (value !== null && value !== undefined && value !== false) element.setAttribute(key, value);
  }
  for (const [event, handler] of Object.entries(on)) element.addEventListener(event, handler);
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

/** A line drawing of 24 × 24 from path data, hidden from screen readers. */
export function drawing(...paths) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  for (const data of paths) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", data);
    svg.append(path);
  }
  return svg;
}

export const SHAPES = {
  bubble: ["M4 11.5a7.5 7 0 1 1 3.6 6L4 19l1.1-3.2A6.7 6.7 0 0 1 4 11.5Z", "M8.5 11.5h.01", "M12 11.5h.01", "M15.5 11.5h.01"],
  close: ["M6 6l12 12", "M18 6 6 18"],
  down: ["M6 9.5l6 6 6-6"],
  send: ["M5 12h13", "M12.5 6l6 6-6 6"],
  picture: ["M4.5 5.5h15v13h-15Z", "M5 16l4.5-4.5 3.5 3.5 2.5-2.5 4 4", "M15 9.5h.01"],
  more: ["M5.5 12h.01", "M12 12h.01", "M18.5 12h.01"],
  mark: ["M3 18.5 9.5 7l3.5 6 2-3 6 8.5Z"],
  order: ["M4.5 8 12 4l7.5 4v8.5L12 20.5l-7.5-4Z", "M4.5 8l7.5 4 7.5-4", "M12 12v8.5"],
  back: ["M9 6.5 4.5 11 9 15.5", "M4.5 11h9.5a5 5 0 0 1 0 8.5H11"],
  find: ["M11 17.5a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13Z", "M16 16l4 4"],
  copy: ["M8.5 8.5h11v11h-11Z", "M15.5 5V4.5h-11v11H5"],
  check: ["M5 12.5l4.5 4.5L19 7.5"],
  yes: ["M8 10.5v9H5v-9Z", "M8 10.5 12 4c1.6 0 2.2 1.3 1.8 2.7L13 9.5h5.2c1.2 0 2 1 1.7 2.2l-1.5 6c-.3 1-1.1 1.8-2.2 1.8H8"],
  no: ["M8 13.5v-9H5v9Z", "M8 13.5 12 20c1.6 0 2.2-1.3 1.8-2.7l-.8-2.8h5.2c1.2 0 2-1 1.7-2.2l-1.5-6c-.3-1-1.1-1.8-2.2-1.8H8"],
  person: ["M12 12a3.7 3.7 0 1 0 0-7.4 3.7 3.7 0 0 0 0 7.4Z", "M5 20c.6-3.7 3.4-5.5 7-5.5s6.4 1.8 7 5.5"],
};

const ADDRESS = /https?:\/\/[^\s<>"'，。！？、；：）】」』》]+/g;
const OPENS = { ")": "(", "]": "[", "}": "{" };

/** Text with its web addresses as links, and `**strong**` words, and nothing else. */
export function prose(text) {
  const parts = document.createDocumentFragment();
  let end = 0;
  for (const found of text.matchAll(ADDRESS)) {
    parts.append(...strong(text.slice(end, found.index)));
    const address = withoutItsSentence(found[0]);
    const href = safeAddress(address);
    parts.append(
      href ? link(href, address) : address,
    );
    end = found.index + address.length;
  }
  parts.append(...strong(text.slice(end)));
  return parts;
}

/** Suggested answers; they go when the shopper has said something. */
export function choices(buttons, choose, label) {
  const row = make("div", { className: "choices", attr: { role: "group", "aria-label": label } });
  for (const button of buttons) {
    const press = () => choose(button, row);
    row.append(make("button", { type: "button", dir: "auto", textContent: button.title, on: { click: press } }));
  }
  return row;
}

/** A picture of the shop's that goes where it does not load; null without one. */
export function picture(address, base, width, height) {
  const source = address && safeAddress(address, base);
  return source ? make("img", { src: source, alt: "", loading: "lazy", width, height, on: { error: ({ target }) => target.remove() } }) : null;
}

/** A link: the shop's own pages open where one is, those of others beside it. */
export function link(href, text) {
  const isOwn = new URL(href).origin === globalThis.location?.origin;
  const away = isOwn ? {} : { target: "_blank", rel: "noopener noreferrer" };
  return make("a", { href, textContent: text, attr: away });
}

/** An address without the marks that end its sentence, and brackets that opened before it. */
function withoutItsSentence(found) {
  let address = found;
  for (;;) {
    const last = address.at(-1);
    const isOver = OPENS[last] && address.split(last).length > address.split(OPENS[last]).length;
    if (!isOver && !/[.,;:!?*…]/.test(last)) return address;
    address = address.slice(0, -1);
  }
}

function strong(text) {
  return text
    .split(/\*\*([^*\n]+)\*\*/)
    .map((part, index) => (index % 2 ? make("strong", { textContent: part }) : part))
    .filter((part) => part !== "");
}

/** The address, if it is http(s); addresses without a host are the shop's own. */
export function safeAddress(address, base) {
  try {
    const url = new URL(address, base);
    return url.protocol === "https:" || url.protocol === "http:" ? url.href : null;
  } catch {
    return null;
  }
}
