// The entry of every page of the desk: finds what the page has and brings it to life.

import { showTimes } from "./format.js";
import { listenForKeys } from "./keys.js";
import { TicketList } from "./list.js";
import { listen } from "./live.js";
import { Notifier } from "./notify.js";
import { Ticket } from "./ticket.js";

const page = document.body;
const texts = JSON.parse(page.dataset.texts);
const rows = document.querySelector("#rows");
const notifier = new Notifier(document.querySelector("#notify"), document.querySelector("#sound"), texts);
const list = rows && new TicketList(rows, texts, notifier);
const ticket = page.dataset.ticket ? new Ticket(page, texts, () => list.refresh()) : null;

listenForKeys({ list, ticket });

if (!list) showTimes(document, texts);

if (list) {
  const connection = document.querySelector("#connection");
  const socket = listen({
    ticket: page.dataset.ticket || "",
    heard(news) {
      if (news.type === "queue") list.refresh();
      if (news.type === "ticket" && ticket) ticket.refresh();
      if (news.type === "typing" && ticket) ticket.shopperTypes();
      if (news.type === "watchers" && ticket) ticket.colleagues.watch(news.names);
      if (news.type === "writing" && ticket) ticket.colleagues.writes(news.name);
    },
    state(isUp, isSignedOut) {
      page.toggleAttribute("data-live", isUp);
      connection.textContent = isUp ? "" : isSignedOut ? texts.signed_out : texts.offline;
    },
  });
  if (ticket) ticket.wrote = ((before) => () => { before(); socket.say({ type: "writing" }); })(ticket.wrote.bind(ticket));
}

if (page.dataset.refresh) {
  setInterval(() => { if (!document.hidden) location.reload(); }, Number(page.dataset.refresh) * 1000);
}

for (const select of document.querySelectorAll("select[data-submit]")) {
  const shown = select.value;
  select.addEventListener("change", () => {
    if (isMeant(select.selectedOptions[0].dataset.confirm)) select.form.requestSubmit();
    else select.value = shown;
  });
}

document.addEventListener("submit", (event) => {
  const question = event.submitter?.dataset.confirm ?? event.target.dataset.confirm;
  if (!isMeant(question)) event.preventDefault();
}, { capture: true });

/** Ask before what cannot be undone; acts without a question are meant. */
function isMeant(question) {
  return !question || confirm(question);
}

if (location.hash === "#q") document.querySelector("#q")?.focus();

for (const button of document.querySelectorAll("[data-email]")) {
  button.addEventListener("click", () => {
    document.querySelector("#email").value = button.dataset.email;
    document.querySelector("#password").value = button.dataset.password;
    document.querySelector("main form button").focus();
  });
}
