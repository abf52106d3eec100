// Notifications and a sound, asked for by the agent: for tickets that came, and for new words in
// one's own tickets. Notifications are shown while the desk is out of sight.

const SOUND = "desk-sound";
const TONES = [[660, 0], [880, 0.12]]; // Hz, and seconds from now
const LENGTH = 0.11;

export class Notifier {
  constructor(button, sound, texts) {
    this.texts = texts;
    this.counts = null;
    this.newest = 0;
    this.sound = sound;
    this.isAudible = localStorage.getItem(SOUND) !== "off";
    if (sound) {
      sound.addEventListener("click", () => this.turn(!this.isAudible));
      this.showSound();
    }
    if (!button || typeof Notification === "undefined" || Notification.permission !== "default") return;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await Notification.requestPermission();
      button.hidden = true;
    });
  }

  turn(isOn) {
    this.isAudible = isOn;
    localStorage.setItem(SOUND, isOn ? "on" : "off");
    this.showSound();
    if (isOn) this.play();
  }

  showSound() {
    this.sound.setAttribute("aria-pressed", String(this.isAudible));
    this.sound.textContent = this.isAudible ? this.texts.sound_on : this.texts.sound_off;
  }

  /** Tell of what came since the last look. @param {Record<string, number>} counts @param {number} newest */
  counted(counts, newest) {
    const hasCome = this.counts !== null && (counts.waiting > this.counts.waiting || counts.mine > this.counts.mine);
    const hasWords = this.counts !== null && newest > this.newest;
    this.counts = counts;
    this.newest = Math.max(this.newest, newest);
    if (!hasCome && !hasWords) return;
    if (this.isAudible) this.play();
    if (!document.hidden || typeof Notification === "undefined" || Notification.permission !== "granted") return;
    const title = hasWords ? this.texts.notice_words : this.texts.notice;
    const note = new Notification(title, { tag: "desk", renotify: true, body: this.texts.notice_body.replace("{n}", String(counts.waiting)) });
    note.addEventListener("click", () => { window.focus(); note.close(); });
  }

  /** Two short tones; silent until the page was clicked once, as browsers have it. */
  play() {
    this.audio ??= typeof AudioContext === "undefined" ? null : new AudioContext();
    if (!this.audio || this.audio.state !== "running") return;
    for (const [pitch, after] of TONES) {
      const tone = this.audio.createOscillator();
      const volume = this.audio.createGain();
      volume.gain.value = 0.08;
      tone.frequency.value = pitch;
      tone.connect(volume).connect(this.audio.destination);
      tone.start(this.audio.currentTime + after);
      tone.stop(this.audio.currentTime + after + LENGTH);
    }
  }
}
