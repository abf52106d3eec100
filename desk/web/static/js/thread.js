// The end of the thread stays in view while things around it and pictures in it change their size.
// Who reads further up is not moved: a button says that there is something new.

const NEAR = 80;

export class ThreadEnd {
  constructor(thread, button) {
    this.thread = thread;
    this.button = button;
    this.isFollowing = true;
    this.top = 0; // where the reader stood: only who moves up stops following
    button.addEventListener("click", () => this.go());
    thread.addEventListener("scroll", () => this.scrolled(), { passive: true });
    thread.addEventListener("load", () => this.keep(), { capture: true }); // (a picture got its height)
    this.observer = new ResizeObserver(() => this.keep());
    this.observer.observe(thread);
    for (const one of thread.children) this.observer.observe(one);
    this.go();
  }

  isAtEnd() {
    return this.thread.scrollHeight - this.thread.scrollTop - this.thread.clientHeight < NEAR;
  }

  /** The reader scrolled, or we did: a picture may have grown since, which is no move up. */
  scrolled() {
    const isUp = this.thread.scrollTop < this.top;
    this.top = this.thread.scrollTop;
    if (this.isAtEnd()) {
      this.isFollowing = true;
      this.button.hidden = true;
    } else if (isUp) {
      this.isFollowing = false;
    }
  }

  keep() {
    if (this.isFollowing) this.go();
  }

  go() {
    this.isFollowing = true;
    this.button.hidden = true;
    this.thread.scrollTo({ top: this.thread.scrollHeight, behavior: "instant" });
    this.top = this.thread.scrollTop;
  }

  /** Messages were added. */
  grew() {
    for (const one of this.thread.children) this.observer.observe(one);
    if (this.isFollowing) this.go();
    else this.button.hidden = false;
  }
}
