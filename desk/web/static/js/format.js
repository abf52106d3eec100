// How long ago, in few characters. `texts` holds the desk's messages.

/** @param {string} iso @param {Date} now @param {Record<string, string>} texts */
export function ago(iso, now, texts) {
  const minutes = Math.floor((now.getTime() - Date.parse(iso)) / 60_000);
  if (minutes < 1) return texts.now;
  if (minutes < 60) return texts.minutes.replace("{n}", String(minutes));
  if (minutes < 24 * 60) return texts.hours.replace("{n}", String(Math.floor(minutes / 60)));
  return texts.days.replace("{n}", String(Math.floor(minutes / 1440)));
}

/** Fill in how long ago it was, in a part of the page. @param {ParentNode} root */
export function showTimes(root, texts) {
  const now = new Date();
  for (const time of root.querySelectorAll("time[data-ago]")) {
    time.textContent = ago(time.dateTime, now, texts);
  }
}
