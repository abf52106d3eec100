// Buttons of the shop's pages that open the chat, with a question or without; what is pressed before
// the chat is there waits for it.
window.ConciergeChat ??= [];
for (const button of document.querySelectorAll("[data-ask], [data-open-chat]")) {
  button.addEventListener("click", () => {
    const { ask } = button.dataset;
    window.ConciergeChat.push(ask ? ["ask", ask] : ["open"]);
  });
}

// A menu that closes when one presses outside of it, or Escape.
const menu = document.querySelector("details.account");
if (menu) {
  document.addEventListener("click", (event) => {
    if (menu.open && !menu.contains(event.target)) menu.open = false;
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
}
