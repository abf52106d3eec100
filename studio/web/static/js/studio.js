// The studio's pages work without this; it shows what is not saved yet and what a reply looks like.

const { place, post } = await import(document.body.dataset.api);

document.querySelector(".places [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

for (const form of document.querySelectorAll("form[data-example]")) {
  const input = form.elements.text;
  const shown = input.defaultValue;
  input.addEventListener("input", () => form.parentElement.classList.toggle("changed", input.value !== shown));
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    input.value = shown;
    form.parentElement.classList.remove("changed");
  });
}

// A reply is looked at while it is written: a moment after the last key.
const PAUSE = 350;
for (const form of document.querySelectorAll("form[data-reply]")) {
  const shown = form.querySelector(".shown");
  let waiting = 0;
  let newest = 0;
  form.elements.text.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(async () => {
      const mine = ++newest;
      const fields = { csrf: form.elements.csrf.value, in: form.elements.in.value, mark: form.elements.mark.value, text: form.elements.text.value };
      try {
        const { html } = await post(form.dataset.reply, fields);
        if (mine === newest) place(shown, html);
      } catch (problem) {
        if (mine === newest) shown.textContent = problem.message;
      }
    }, PAUSE);
  });
}
