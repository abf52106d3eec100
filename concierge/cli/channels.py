"""`concierge channels`: set up messengers and look after them."""

import asyncio
from typing import Annotated, Final

import aiohttp
import typer
from rich.console import Console

from concierge.app.preparation import migrated_database
from connectors.base import SendFailed
from connectors.messenger import Messenger, Part, Step
from connectors.registry import CHANNELS, channel_of
from conversations import ChannelHealth, channel_health
from kit.settings import Settings, load_settings

app = typer.Typer(no_args_is_help=True)
TEST_WORDS: Final = "Concierge: this channel is connected. / 渠道已接通。"


@app.command("list")
def list_channels() -> None:
    """List the channels there are, and which are open."""
    opened = load_settings().channels
    for name in sorted(CHANNELS):
        typer.echo(f"{name}: {'open' if name in opened else 'closed'}")


@app.command()
def check(
    name: Annotated[str, typer.Argument(help="The channel, such as telegram.")],
    register: Annotated[
        bool, typer.Option("--register", help="Tell the provider to call this shop.")
    ] = False,
    message: Annotated[
        str | None, typer.Option(help="Send a test message to this contact's id.")
    ] = None,
) -> None:
    """Walk through a channel's set-up and show how it is: events, deliveries, errors."""
    settings = load_settings()
    if name not in settings.channels:
        typer.echo(f"concierge channels: {name} is closed; name it in CONCIERGE_CHANNELS", err=True)
        raise typer.Exit(2)
    messenger = channel_of(name, settings)
    address = f"{settings.public_url}/channels/{name}/webhook"
    called = f"the provider's address is {address}"
    if messenger.asked_every is not None:
        called = f"what comes is fetched every {messenger.asked_every:g} seconds"
    steps = [Step(True, f"the settings are complete; {called}")]
    steps += asyncio.run(ask_provider(messenger, address, register, message))
    steps += health_steps(_health(settings, name))
    console = Console(highlight=False)
    for step in steps:
        mark = "[green]✓[/green]" if step.done else "[red]✗[/red]"
        console.print(mark, end=" ")
        console.print(step.text, markup=False, soft_wrap=True)
    if not all(step.done for step in steps):
        raise typer.Exit(1)


async def ask_provider(
    messenger: Messenger, address: str, register: bool, message: str | None
) -> list[Step]:
    """What the provider says; its failures are steps, too."""
    try:
        async with aiohttp.ClientSession() as http:
            if register:
                await messenger.register(http, address)
            steps = await messenger.check(http, address)
            if message is not None:
                call = messenger.render(message, Part(TEST_WORDS))
                await messenger.send(http, call, "check")
                steps.append(Step(True, "the test message was taken"))
            return steps
    except ValueError:
        return [Step(False, f"{message} is no contact of this channel")]
    except NotImplementedError:
        told = "this provider has no request for --register: paste the address in its own pages"
        return [Step(False, told)]
    except SendFailed as error:
        return [Step(False, f"the provider answers {error}")]
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        return [Step(False, f"the provider cannot be reached: {type(error).__name__}")]


def _health(settings: Settings, name: str) -> ChannelHealth:
    with migrated_database(settings) as database, database.reading() as session:
        return channel_health(session, name)


def health_steps(found: ChannelHealth) -> list[Step]:
    """The newest events, deliveries by state, the newest errors."""
    dead = found.outbox.get("dead", 0)
    events = ", ".join(f"{kind} {at:%d %b %H:%M}" for at, kind in found.events)
    states = ", ".join(f"{count} {state}" for state, count in sorted(found.outbox.items()))
    steps = [
        Step(True, f"last events (UTC): {events or 'none yet'}"),
        Step(not dead, f"deliveries: {states or 'none yet'}"),
    ]
    errors = "; ".join(f"{at:%d %b %H:%M} {error}" for at, error in found.errors)
    return [*steps, Step(not dead, f"last errors: {errors}")] if errors else steps
