"""`concierge chat`: a terminal client."""

from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from concierge.cli.client import ChatClient, ChatError, Turn
from concierge.cli.identity import customer_identity
from concierge.cli.spoken import ONE_OF
from conversations import as_lines, cards_from_json
from kit.i18n import DEFAULT_LANGUAGE
from kit.settings import load_settings


def command(
    url: Annotated[str | None, typer.Option(help="Where the front answers.")] = None,
    language: Annotated[str, typer.Option(help=ONE_OF)] = DEFAULT_LANGUAGE,
    customer: Annotated[
        str | None, typer.Option(help="Write as the customer with this e-mail address.")
    ] = None,
) -> None:
    """Talk to a running system; a number presses a button, an empty line ends."""
    console = Console(highlight=False)
    try:
        settings = load_settings()
        identity = customer_identity(settings, customer) if customer else None
        client = ChatClient(url or settings.front_url, language=language, identity=identity)
        buttons: list[tuple[str, str]] = []
        while line := console.input("[bold]you[/bold]  ").strip():
            if line.isdigit() and 1 <= int(line) <= len(buttons):
                line = buttons[int(line) - 1][1]
            turn = client.send(line)
            buttons = [button for reply in turn.replies for button in reply.buttons]
            _show(console, turn, buttons)
    except ChatError as error:
        typer.echo(f"concierge chat: {error}", err=True)
        raise typer.Exit(1) from error
    except (EOFError, KeyboardInterrupt):
        console.print()


def _show(console: Console, turn: Turn, buttons: list[tuple[str, str]]) -> None:
    if turn.handled_by == "agent":
        console.print("[dim]a person has taken over; the answer arrives on the page[/dim]")
    for reply in turn.replies:
        console.print(f"[cyan]shop[/cyan] {escape(reply.text)}", markup=True)
        for card in cards_from_json(list(reply.cards)):
            if lines := as_lines(card):
                console.print(f"     ▪ {' · '.join(lines)}", markup=False)
    for number, (title, _) in enumerate(buttons, start=1):
        console.print(f"     [{number}] {title}", markup=False)
