// The socket. It says that something changed; listeners ask for what they do not have yet.
// After a break every listener hears everything once, so nothing is missed. A connection can die
// without a word (a proxy or a sleeping computer swallows all that is sent), so it is asked now and
// then whether it lives, and given up when it does not answer in time.

const FIRST_WAIT = 500;
const LONGEST_WAIT = 15_000;
const SIGNED_OUT = 4401;
const ASK_EVERY = 20_000;
const ANSWER_WITHIN = 6_000;
const OPEN_WITHIN = 10_000;

/** @param {{ticket: string, heard: (news: {type: string}) => void, state: (isUp: boolean, signedOut: boolean) => void}} options */
export function listen({ ticket, heard, state }) {
  let wait = FIRST_WAIT;
  let isLeaving = false;
  let isUp = false;
  let current = null;
  let deadline = 0;
  let opening = 0;
  addEventListener("pagehide", () => { isLeaving = true; });
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload(); // back from the browser's own cache
  });
  addEventListener("online", look);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) look(); });
  setInterval(ask, ASK_EVERY);

  function open() {
    clearTimeout(opening);
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/desk/ws?ticket=${ticket}`);
    current = socket;
    expect(OPEN_WITHIN);
    socket.addEventListener("message", (event) => {
      if (socket !== current) return;
      answered();
      const news = JSON.parse(event.data);
      if (news.type === "ready") {
        wait = FIRST_WAIT;
        isUp = true;
        state(true, false);
        heard({ type: "queue" });
        heard({ type: "ticket" });
      } else if (news.type !== "pong") {
        heard(news);
      }
    });
    socket.addEventListener("close", (event) => {
      if (socket === current) lost(event.code === SIGNED_OUT);
    });
  }

  function lost(isSignedOut) {
    answered();
    current = null;
    isUp = false;
    state(false, isSignedOut);
    if (isSignedOut || isLeaving) {
      isLeaving = true;
      return;
    }
    opening = setTimeout(open, wait * (0.75 + Math.random() / 2));
    wait = Math.min(wait * 2, LONGEST_WAIT);
  }

  function ask() {
    if (!isUp || deadline) return;
    say({ type: "ping" });
    expect(ANSWER_WITHIN);
  }

  function expect(time) {
    answered();
    deadline = setTimeout(() => {
      const silent = current;
      lost(false);
      silent.close();
    }, time);
  }

  function answered() {
    clearTimeout(deadline);
    deadline = 0;
  }

  /** Back in front or in the net: see whether the connection lives, or open one without waiting. */
  function look() {
    if (current) ask();
    else if (!isLeaving) open();
  }

  function say(body) {
    if (current?.readyState === WebSocket.OPEN) current.send(JSON.stringify(body));
  }

  open();
  // Tells colleagues on the same ticket; lost without harm while the connection is down.
  return { say };
}
