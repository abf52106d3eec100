// The socket. It says that something changed; listeners ask for what they do not have yet.
// After a break every listener hears everything once, so nothing is missed.

const FIRST_WAIT = 500;
const LONGEST_WAIT = 15_000;
const SIGNED_OUT = 4401;

/** @param {{ticket: string, heard: (news: {type: string}) => void, state: (isUp: boolean, signedOut: boolean) => void}} options */
export function listen({ ticket, heard, state }) {
  let wait = FIRST_WAIT;
  let isLeaving = false;
  let current = null;
  addEventListener("pagehide", () => { isLeaving = true; });
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload(); // back from the browser's own cache
  });

  function open() {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/desk/ws?ticket=${ticket}`);
    current = socket;
    socket.addEventListener("message", (event) => {
      const news = JSON.parse(event.data);
      if (news.type === "ready") {
        wait = FIRST_WAIT;
        state(true, false);
        heard({ type: "queue" });
        heard({ type: "ticket" });
      } else {
        heard(news);
      }
    });
    socket.addEventListener("close", (event) => {
      state(false, event.code === SIGNED_OUT);
      if (event.code === SIGNED_OUT || isLeaving) return;
      setTimeout(open, wait * (0.75 + Math.random() / 2));
      wait = Math.min(wait * 2, LONGEST_WAIT);
    });
  }

  open();
  return {
    /** Tell colleagues on the same ticket; lost without harm while the connection is down. */
    say(body) {
      if (current?.readyState === WebSocket.OPEN) current.send(JSON.stringify(body));
    },
  };
}
