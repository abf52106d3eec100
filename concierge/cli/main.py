"""`concierge`: the command line. Each sub-command lives in a module of its own."""

import importlib
import os
import sys
from typing import Final

import typer

# The variables must stand before anything imports a numeric library.
os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

# name → (module, help). Loaded only when called, so that `--help` answers at once.
COMMANDS: Final[dict[str, tuple[str, str]]] = {
    "up": ("concierge.cli.up", "Start front, assistant, actions and worker."),
    "check": ("concierge.cli.check", "Hold a smoke conversation with a running system."),
    "chat": ("concierge.cli.chat", "Talk to a running system in the terminal."),
    "train": ("concierge.cli.train", "Train the assistant."),
    "nlu": ("concierge.cli.nlu", "Measure how well intents are understood."),
    "policy": ("concierge.cli.policy", "Check the shop's rules, and show them."),
    "words": ("concierge.cli.words", "Hold the words shoppers read to the rules of voice."),
    "acts": ("concierge.cli.acts", "Measure how well acts are told apart in context."),
    "sentiment": ("concierge.cli.sentiment", "Measure how well moods are told apart."),
    "knowledge": ("concierge.cli.knowledge", "Articles: add, change, withdraw, measure."),
    "forecast": ("concierge.cli.forecast", "Measure forecasts, or read those of a SKU."),
    "shop": ("concierge.cli.shop", "Make the demo shop, or import a shop's own data."),
    "inventory": ("concierge.cli.inventory", "Stock decisions: quantities, reorder points."),
    "users": ("concierge.cli.users", "Add and manage the people at the desk."),
    "desk": ("concierge.cli.desk", "Teach the desk topics and when a person is needed."),
    "channels": ("concierge.cli.channels", "Set up messengers and look after them."),
    "embed-key": ("concierge.cli.embed_key", "The key a shop signs its customers with."),
    "customers": ("concierge.cli.customers", "Export or erase one customer's data."),
    "backup": ("concierge.cli.backup", "Write databases and data folder into one file."),
    "restore": ("concierge.cli.restore", "Put a backup in place of what is there."),
    "recommend": ("concierge.cli.recommend", "Measure recommenders on your own files."),
    "insights": ("concierge.cli.insights", "Measure lifetime value, offers, prices on files."),
    "bench": ("concierge.cli.bench", "Run a benchmark against its peer."),
}


def build(argv: list[str]) -> typer.Typer:
    """The command line, with only the sub-command that `argv` names imported.

    Its module has either a function `command` or a typer group `app`.
    """
    app = typer.Typer(
        help="Concierge: conversational customer service for online shops.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    for name, (module, summary) in COMMANDS.items():
        if argv[:1] != [name]:
            app.command(name, help=summary)(_not_called)
            continue
        loaded = importlib.import_module(module)
        if hasattr(loaded, "command"):
            app.command(name)(loaded.command)
        else:
            app.add_typer(loaded.app, name=name, help=summary)
    return app


def _not_called() -> None:
    """Stands in for a sub-command that this call does not use."""


def main() -> None:
    """Run the command line.

    Bad settings, bad rules and a group of packages that is not installed end with exit code 2 and
    one line.
    """
    from kit.groups import MissingGroup, explained
    from kit.settings import SettingsError
    from shop.policy_file import PolicyError

    try:
        build(sys.argv[1:])()
    except (SettingsError, PolicyError, MissingGroup) as error:
        print(f"concierge: {error}", file=sys.stderr)
        raise SystemExit(2) from error
    except ModuleNotFoundError as error:
        said = explained(error, " ".join(["concierge", *sys.argv[1:3]]))
        if said is None:
            raise
        print(said, file=sys.stderr)
        raise SystemExit(2) from error


if __name__ == "__main__":
    main()
