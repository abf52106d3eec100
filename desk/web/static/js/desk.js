// The entry of every page of the desk: finds what the page has and brings it to life.

import { listenForKeys } from "./keys.js";
import { TicketList } from "./list.js";
import { listen } from "./live.js";
import { Ticket } from "./ticket.js";

const page = document.body;
const texts = JSON.parse(page.dataset.texts);
const rows = document.querySelector("#rows");
const list = rows && new TicketList(rows, texts);
const ticket = page.dataset.ticket ? new Ticket(page, texts, () => list.refresh()) : null;

listenForKeys({ list, text: ticket && ticket.text });

if (list) {
  const connection = document.querySelector("#connection");
  listen({
    ticket: page.dataset.ticket || "",
    heard(type) {
      if (type === "queue") list.refresh();
      if (type === "ticket" && ticket) ticket.refresh();
      if (type === "typing" && ticket) ticket.shopperTypes();
    },
    state(isUp, isSignedOut) {
      page.toggleAttribute("data-live", isUp);
      connection.textContent = isUp ? "" : isSignedOut ? texts.signed_out : texts.offline;
    },
  });
}

for (const button of document.querySelectorAll("[data-email]")) {
  button.addEventListener("click", () => {
    document.querySelector("#email").value = button.dataset.email;
    document.querySelector("#password").value = button.dataset.password;
    document.querySelector("main form button").focus();
  });
}
