"""The key with which a shop's server vouches for its customers in the chat."""

from connectors.webchat.identity import embed_key
from kit.settings import load_settings


def command() -> None:
    """Print the key; it belongs in the configuration of the shop's server and nowhere else."""
    print(embed_key(load_settings().secret_key))
