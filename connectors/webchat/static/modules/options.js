// What a shop's page says about its chat: attributes of the tag, the same by name later.
const KNOWN = [
  "language", "theme", "name", "accent", "accentDark", "logo", "side", "offset", "layer", "launcher",
  "inline", "texts", "identity", "customer", "product", "visit", "productPages", "preview", "signIn",
];

/** The options of a tag (`data-product-pages` is `productPages`) without what is not one. */
export function optionsOf(dataset) {
  return Object.fromEntries(KNOWN.filter((name) => name in dataset).map((name) => [name, dataset[name]]));
}

/** The shop's own words per language: JSON, or the id (`#id`) of a JSON script of the page. */
export function ownWords(texts) {
  if (texts && typeof texts === "object") return texts;
  const written = texts?.startsWith("#") ? document.querySelector(texts)?.textContent : texts;
  if (!written) return {};
  try {
    return JSON.parse(written) ?? {};
  } catch {
    console.warn("chat: data-texts is no JSON");
    return {};
  }
}

/** Have a language's words, which come with the script or from where `elsewhere` says. */
export async function wordsOf(language, { words, elsewhere }, base) {
  if (words[language] || !elsewhere[language]) return;
  const response = await fetch(new URL(elsewhere[language], base), { credentials: "omit" }).catch(() => null);
  if (response?.ok) words[language] = await response.json();
}

/** The language to begin with: the one asked for, the page's, the browser's; English for others. */
export function languageOf(wanted) {
  const found = wanted || document.documentElement.lang || navigator.language;
  return String(found).toLowerCase().startsWith("zh") ? "zh" : "en";
}

/** A mark that tells readers apart and says nothing of them; empty for a guest. */
export function readerOf({ customer, identity }) {
  if (customer !== undefined && customer !== null && customer !== "") return String(customer);
  if (!identity) return "";
  try {
    const packed = identity.split(".")[0].replace(/-/g, "+").replace(/_/g, "/");
    const { customer: number, shop_customer: own } = JSON.parse(atob(packed));
    return mark(String(number ?? own));
  } catch {
    return mark(identity);
  }
}

function mark(text) {
  let hash = 0x811c9dc5;
  for (const character of text) hash = Math.imul(hash ^ character.codePointAt(0), 0x01000193) >>> 0;
  return hash.toString(16);
}

/** The shop's own page of a product in place of ours; any other address stays what it is. */
export function ownAddress(href, base, productPages) {
  const url = new URL(href, base);
  const slug = url.origin === new URL(base).origin && /^\/product\/([\w-]+)$/.exec(url.pathname)?.[1];
  if (!slug || !productPages?.includes("{slug}")) return url.href;
  const own = new URL(productPages.replace("{slug}", encodeURIComponent(slug)), document.baseURI);
  for (const [name, value] of url.searchParams) own.searchParams.set(name, value);
  return own.href;
}
