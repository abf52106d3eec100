// How long ago, and how long still, in few characters. `texts` holds the desk's messages.

/** @param {number} minutes @param {Record<string, string>} texts */
function span(minutes, texts) {
  if (minutes < 60) return texts.minutes.replace("{n}", String(minutes));
  if (minutes < 24 * 60) return texts.hours.replace("{n}", String(Math.floor(minutes / 60)));
  return texts.days.replace("{n}", String(Math.floor(minutes / 1440)));
}

/** @param {string} iso @param {Date} now @param {Record<string, string>} texts */
export function ago(iso, now, texts) {
  const minutes = Math.floor((now.getTime() - Date.parse(iso)) / 60_000);
  return minutes < 1 ? texts.now : span(minutes, texts);
}

/** @param {string} iso @param {Date} now @param {Record<string, string>} texts */
export function due(iso, now, texts) {
  const minutes = Math.ceil((Date.parse(iso) - now.getTime()) / 60_000);
  return minutes > 0 ? texts.due.replace("{span}", span(minutes, texts)) : texts.late.replace("{span}", span(-minutes, texts));
}

/** Fill in how long ago it was and how long is left, in a part of the page. @param {ParentNode} root */
export function showTimes(root, texts) {
  const now = new Date();
  for (const time of root.querySelectorAll("time[data-ago]")) time.textContent = ago(time.dateTime, now, texts);
  for (const time of root.querySelectorAll("time[data-due]")) {
    time.textContent = due(time.dateTime, now, texts);
    time.classList.toggle("late", Date.parse(time.dateTime) <= now.getTime());
  }
}
