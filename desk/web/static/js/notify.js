// Notifications of the browser, asked for by the agent, shown while the desk is out of sight.

export class Notifier {
  constructor(button, texts) {
    this.texts = texts;
    this.waiting = null;
    if (!button || typeof Notification === "undefined" || Notification.permission !== "default") return;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await Notification.requestPermission();
      button.hidden = true;
    });
  }

  /** Tell of tickets that came while nobody looked. @param {Record<string, number>} counts */
  counted(counts) {
    const grown = this.waiting !== null && (counts.waiting > this.waiting.waiting || counts.mine > this.waiting.mine);
    this.waiting = counts;
    if (!grown || !document.hidden || typeof Notification === "undefined" || Notification.permission !== "granted") return;
    const note = new Notification(this.texts.notice, { tag: "desk", body: this.texts.notice_body.replace("{n}", String(counts.waiting)) });
    note.addEventListener("click", () => { window.focus(); note.close(); });
  }
}
