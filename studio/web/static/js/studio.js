// The studio's pages work without this; it shows what is not saved yet and what a reply looks like.

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
