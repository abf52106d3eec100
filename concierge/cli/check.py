"""`concierge check`: a smoke conversation with a running system."""

import time
from dataclasses import dataclass
from typing import Annotated, Final

import typer
from rich.console import Console

from concierge.cli.client import ChatClient, ChatError
from kit.settings import load_settings


@dataclass(frozen=True)
class Step:
    """What is said, and words of which at least one must stand in the answer."""

    language: str
    says: str
    expects: tuple[str, ...]


STEPS: Final = (
    Step("en", "hi there", ("help", "Hello", "Hi")),
    Step("en", "how much is delivery to Germany?", ("4.90", "50")),
    Step("en", "do you have hiking boots in size 42?", ("€", "42")),
    Step("en", "where is my order?", ("order number", "sign in")),
    Step("zh", "你好", ("您好", "你好")),
    Step("zh", "运费是多少", ("4.90", "50")),
    Step("zh", "有没有登山鞋", ("€",)),
    Step("zh", "转人工", ("客服", "同事", "人工")),
)


def command(
    url: Annotated[str | None, typer.Option(help="Where the front answers.")] = None,
) -> None:
    """Hold a short conversation in both languages and say whether each answer is right."""
    console = Console(highlight=False)
    address = url or load_settings().front_url
    failed = 0
    try:
        clients = {language: ChatClient(address, language=language) for language in ("en", "zh")}
        for step in STEPS:
            started = time.perf_counter()
            turn = clients[step.language].send(step.says)
            milliseconds = (time.perf_counter() - started) * 1000
            shown = turn.text + "".join(str(card) for reply in turn.replies for card in reply.cards)
            right = any(word.lower() in shown.lower() for word in step.expects)
            failed += not right
            mark = "[green]✓[/green]" if right else "[red]✗[/red]"
            first_line = turn.text.splitlines()[0] if turn.text else "(no answer)"
            console.print(f"{mark} {step.says} → {first_line} [dim]{milliseconds:.0f} ms[/dim]")
    except ChatError as error:
        typer.echo(f"concierge check: {error}", err=True)
        raise typer.Exit(1) from error
    if failed:
        typer.echo(f"concierge check: {failed} of {len(STEPS)} answers were wrong", err=True)
        raise typer.Exit(1)
    console.print(f"all {len(STEPS)} answers are right")
