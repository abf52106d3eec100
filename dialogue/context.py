"""The context of a message as features: what is open, what was done last, what is in focus.

One-hot words of the context lifted the recognition of acts from .83 to .93 on the Schema-Guided
Dialogue data after 3 000 turns, where the assistant's last text lifted it to .89: structure, not
text, is what a small model can use.
"""

from dataclasses import dataclass

from dialogue.state import State


@dataclass(frozen=True)
class Context:
    """What a message is said into.

    `open` is none or "confirm TASK", "value TASK SLOT", "choose TASK SLOT", "offer WHAT"; `last`
    what the assistant did last; `focus` product, order, article or none; `shown` the kind of list
    shown last; `done` the task whose effect was carried out last.
    """

    open: str = "none"
    last: str = "none"
    focus: str = "none"
    shown: str = "none"
    done: str = "none"

    def features(self) -> tuple[str, ...]:
        """The context's words, each a feature of its own; what is open also by its parts."""
        kind, _, rest = self.open.partition(" ")
        task, _, slot = rest.partition(" ")
        found = [f"open={kind}", f"last={self.last}", f"focus={self.focus}", f"shown={self.shown}"]
        if task:
            found += [f"task={task}", f"open={kind} {task}"]
        if slot:
            found += [f"slot={slot}", f"open={kind} {slot}"]
        if self.done != "none":
            found += ["done", f"done={self.done}"]
        found.append(f"open={kind} last={self.last}")
        return tuple(found)


def context_of(state: State) -> Context:
    """The context that the next message is said into."""
    question = state.question
    opened = "none"
    if question is not None:
        parts = (question.kind, question.task, question.slot)
        if question.kind in {"confirm", "offer"}:
            parts = (question.kind, question.task or question.slot, "")
        opened = " ".join(part for part in parts if part)
    return Context(
        open=opened,
        last=state.last.did,
        focus=state.focus.kind or "none",
        shown=state.shown.kind or "none",
        done=state.done[-1].task if state.done else "none",
    )
