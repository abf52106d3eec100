"""`concierge check`: a smoke conversation with a running system."""

import time
from dataclasses import dataclass
from typing import Annotated

import typer
from rich.console import Console

from concierge.cli.client import ChatClient, ChatError
from kit.languages import LANGUAGES, content
from kit.settings import load_settings


@dataclass(frozen=True)
class Step:
    """What is said, and words of which at least one must stand in the answer."""

    language: str
    says: str
    expects: tuple[str, ...]


def steps() -> list[Step]:
    """Of every language, from its folder's `smoke.yml`."""
    return [
        Step(language, one["says"], tuple(one["expects"]))
        for language in LANGUAGES
        for one in content(language, "smoke.yml")
    ]


def command(
    url: Annotated[str | None, typer.Option(help="Where the front answers.")] = None,
) -> None:
    """Hold a short conversation in every language and say whether each answer is right."""
    console = Console(highlight=False)
    address = url or load_settings().front_url
    failed = 0
    asked = steps()
    try:
        clients = {language: ChatClient(address, language=language) for language in LANGUAGES}
        for step in asked:
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
        typer.echo(f"concierge check: {failed} of {len(asked)} answers were wrong", err=True)
        raise typer.Exit(1)
    console.print(f"all {len(asked)} answers are right")
