// A picture that is sent to find products like it: made small here, so that little has to travel.
import { bubble } from "./bubbles.js";
import { make } from "./dom.js";
import { failure, later, newId } from "./requests.js";

const MOST_TRIES = 4; // to send one
const LARGEST_SIDE = 1024;
const PREVIEW_SIDE = 160;

/** Show the file as the shopper's own message and send it; `refused(error)` while the shop is full. */
export async function sendPicture(file, { thread, connection, page, tools, refused }) {
  const { t } = tools;
  const element = bubble({ author: "shopper", text: t("sent_picture") }, tools);
  const id = newId();
  thread.place(element);
  const deliver = async () => {
    element.classList.remove("failed");
    element.classList.add("sending");
    element.querySelector(".state")?.remove();
    thread.toEnd();
    try {
      const { blob, preview } = await prepared(file);
      element.querySelector("canvas")?.remove();
      element.querySelector(".bubble").append(preview);
      thread.showWriting(true);
      const { message_id: stored } = await upload(connection, blob, id, page, refused);
      thread.stored(stored, element);
    } catch (error) {
      fail(error);
    }
    element.classList.remove("sending");
    thread.toEnd();
  };
  const fail = (error) => {
    const isForGood = error.code && !error.isForNow;
    const isReadable = element.querySelector("canvas");
    element.classList.add("failed");
    const state = make("span", { className: "state", textContent: t(isForGood ? "picture_failed" : "picture_unread") });
    if (isReadable && !isForGood) state.append(make("button", { type: "button", textContent: t("again"), on: { click: deliver } }));
    element.append(state);
    thread.showWriting(false);
  };
  await deliver();
}

/** The file as a small JPEG (a blob) and a preview (a canvas); throws for what is no picture. */
export async function prepared(file) {
  const bitmap = await createImageBitmap(file);
  const blob = await new Promise((resolve) =>
    painted(bitmap, LARGEST_SIDE).toBlob(resolve, "image/jpeg", 0.85),
  );
  const preview = painted(bitmap, PREVIEW_SIDE);
  bitmap.close();
  return { blob, preview };
}

/**
 * Send a picture at once; it is not kept for later, but a full shop is asked again, and `waits` is
 * told so. `id` is the same for every try. Throws with the shop's `code` when refused, without one
 * when not heard.
 */
export async function upload(connection, blob, id, page, waits) {
  const query = new URLSearchParams({ client_message_id: id, ...page });
  const init = { method: "POST", headers: { "Content-Type": blob.type }, body: blob };
  for (let tries = 1; ; tries += 1) {
    await connection.connect();
    const response = await connection.requests.fetch(`pictures?${query}`, init);
    if (response.ok) return await response.json();
    const error = await failure(response);
    if (!error.isForNow || tries === MOST_TRIES) throw error;
    waits(error.code);
    await new Promise((resolve) => setTimeout(resolve, later(error.retryAfter)));
  }
}

function painted(bitmap, side) {
  const scale = Math.min(1, side / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#fff"; // what is see-through becomes paper, not black
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return canvas;
}
