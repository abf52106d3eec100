// Who else has this ticket open, and who is writing in it.

const SHOWN = 4000;

export class Colleagues {
  constructor(element, texts) {
    this.element = element;
    this.texts = texts;
    this.names = [];
    this.writer = "";
  }

  watch(names) {
    this.names = names;
    this.show();
  }

  writes(name) {
    this.writer = name;
    this.show();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => { this.writer = ""; this.show(); }, SHOWN);
  }

  show() {
    const { watching, colleague_writes: writes } = this.texts;
    if (this.writer) this.element.textContent = writes.replace("{name}", this.writer);
    else this.element.textContent = this.names.length ? watching.replace("{names}", this.names.join(", ")) : "";
  }
}
