// A menu as the keyboard knows it: arrows, Home, End, Escape; a press outside closes it.

/** Give `button` and `menu` (with its entries) their behaviour; gives what opens and closes it. */
export function menuOf(button, box, menu) {
  const entries = [...menu.querySelectorAll('[role="menuitem"]')];
  const root = () => box.getRootNode();
  const outside = (event) => {
    const path = event.composedPath();
    if (!path.includes(box) && !path.includes(button)) show(false, { focus: false });
  };
  const show = (isShown, { focus = true } = {}) => {
    if (box.hidden === !isShown) return;
    box.hidden = !isShown;
    button.setAttribute("aria-expanded", String(isShown));
    if (isShown) document.addEventListener("pointerdown", outside);
    else document.removeEventListener("pointerdown", outside);
    if (isShown) entries.find((entry) => !entry.hidden).focus();
    else if (focus) button.focus();
  };
  button.onclick = () => show(box.hidden);
  button.onkeydown = (event) => {
    if (event.key !== "ArrowDown") return;
    event.preventDefault();
    show(true);
  };
  menu.onkeydown = (event) => {
    const shown = entries.filter((entry) => !entry.hidden);
    const at = shown.indexOf(root().activeElement);
    const next = { ArrowDown: at + 1, ArrowUp: at - 1 + shown.length, Home: 0, End: shown.length - 1 }[event.key];
    if (next !== undefined) {
      event.preventDefault();
      shown[next % shown.length].focus();
    } else if (event.key === "Escape") {
      event.stopPropagation();
      show(false);
    } else if (event.key === "Tab") show(false, { focus: false });
  };
  return show;
}
