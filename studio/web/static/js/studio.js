// The studio's pages work without this; it shows what is not saved yet and what a reply looks like.

const { get, place, post } = await import(document.body.dataset.api);

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

// Trying the assistant: messages and thoughts come without a new page.
const talk = document.querySelector("#talk");
talk?.closest(".block").addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-say]");
  if (!form) return;
  event.preventDefault();
  const say = document.querySelector("#say");
  const fields = { csrf: say.elements.csrf.value, talk: say.elements.talk.value, in: say.elements.in.value, text: event.submitter?.name === "text" ? event.submitter.value : form.elements.text.value };
  const block = talk.closest(".block");
  if (block.ariaBusy === "true") return;
  block.ariaBusy = "true";
  try {
    const answer = await post("/studio/try", fields);
    place(talk, answer.html);
    say.elements.talk.value = answer.talk;
    history.replaceState(null, "", `/studio/try?in=${fields.in}&talk=${encodeURIComponent(answer.talk)}`);
    if (form === say) say.elements.text.value = "";
  } catch (problem) {
    const told = document.createElement("p");
    told.className = "problem";
    told.role = "alert";
    told.textContent = problem.message;
    talk.append(told);
  }
  block.ariaBusy = "false";
  say.elements.text.focus();
  say.scrollIntoView({ block: "nearest" });
});

// A training is watched while it goes on; when it ends the page shows what it came to.
const training = document.querySelector("#training");
const EVERY = 2000;
const goesOn = (state) => state === "wanted" || state === "running";
async function watch() {
  try {
    const { html, state } = await get(training.dataset.live);
    if (!goesOn(state)) {
      location.replace("/studio/publish");
      return;
    }
    place(training, html);
  } catch {
    // the front may be starting anew: the next try tells
  }
  setTimeout(watch, EVERY);
}
if (training && goesOn(training.dataset.state)) setTimeout(watch, EVERY);
