// Two to four products side by side: what differs stands out, the better value is marked.
import { choices, drawing, make, picture, SHAPES } from "./dom.js";
import { named } from "./products.js";

/** The table of a comparison; it scrolls sideways where it does not fit. */
export function comparison(card, tools) {
  const { t, base, choose } = tools;
  const heads = card.columns.map((column) =>
    make("th", { scope: "col" }, picture(column.image, base, 96, 72), make("span", { dir: "auto" }, named(column, tools))),
  );
  const bodies = (card.rows ?? []).map(({ name, values, best = [] }) => {
    const label = make("th", { scope: "rowgroup", colSpan: values.length }, make("span", { dir: "auto", textContent: name }));
    const cells = values.map((value, place) => cell(value, best.includes(place), t));
    const differs = new Set(values).size > 1;
    return make("tbody", { className: differs ? "differs" : "" }, make("tr", {}, label), make("tr", {}, ...cells));
  });
  const table = make("table", {}, make("caption", { className: "unseen", textContent: card.title }));
  table.append(make("thead", {}, make("tr", {}, ...heads)), ...bodies);
  const frame = make("div", { className: "frame", tabIndex: 0, attr: { role: "group", "aria-label": card.title } }, table);
  const box = make("div", { className: "comparison" }, frame);
  if (card.buttons?.length) box.append(choices(card.buttons, choose, card.title));
  return box;
}

function cell(value, isBest, t) {
  const box = make("td", { className: isBest ? "best" : "", dir: "auto" }, make("span", { textContent: value || "–" }));
  if (isBest) box.append(drawing(...SHAPES.check), make("span", { className: "unseen", textContent: ` (${t("better")})` }));
  return box;
}
