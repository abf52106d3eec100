// What a yes would do: what changes, what becomes of the money. The two answers stand below it.
import { make } from "./dom.js";
import { head } from "./orders.js";

/** The card over a question's two buttons; whoever hears the chat hears the question instead. */
export function confirmation(card, tools) {
  const box = make("div", { className: "asked", attr: { "aria-hidden": "true" } }, head(card, tools));
  const rows = [...(card.changes ?? []), ...(card.money ?? [])];
  const list = make("dl", {});
  for (const row of rows) list.append(...change(row, card.money?.includes(row)));
  if (rows.length) box.append(list);
  return box;
}

function change({ name, old, new: becomes }, isMoney) {
  const value = make("dd", { className: isMoney ? "sum" : "", dir: "auto" });
  if (old) value.append(make("s", { textContent: old }));
  value.append(make("b", { textContent: `${old ? "→ " : ""}${becomes ?? ""}` }));
  return [make("dt", { dir: "auto", textContent: name }), value];
}
