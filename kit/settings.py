"""Settings, read once at start from the environment and a `.env` file, and validated there."""

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Final, Literal

from kit.languages import DEFAULT_LANGUAGE, LANGUAGES, Language

PREFIX: Final = "CONCIERGE_"
HIDDEN: Final = frozenset(
    {"secret_key", "database_url", "tracker_database_url", "redis_url", "channel_values"}
)
KEY_FILE: Final = "secret.key"  # in the data folder, where no key is given
MINIMUM_SECRET_BYTES: Final = 32
SHOP_NAME: Final = ("SHOP_NAME", "Fernweg")  # and what it is where none is given
POLICY: Final = ("POLICY", "policy.yml")
PROJECT_ROOT: Final = Path(__file__).resolve().parents[1]


class SettingsError(ValueError):
    """A setting is missing or wrong; the message names the variable and the fix."""


@dataclass(frozen=True)
class Settings:
    """Everything a process may be told from outside. Times in seconds, ports as TCP numbers."""

    root: Path
    data_dir: Path
    database_url: str
    tracker_database_url: str
    secret_key: bytes
    host: str
    port: int
    rasa_port: int
    actions_port: int
    shop_name: str
    default_language: Language
    currency: str
    demo: bool
    log_level: str
    log_format: Literal["text", "json"]
    redis_url: str | None
    public_url: str
    channels: tuple[str, ...]
    channel_values: Mapping[str, str]
    public_origins: tuple[str, ...]
    image_origins: tuple[str, ...]
    basket_url: str
    secure_cookies: bool
    trusted_proxies: tuple[str, ...]
    rate_limits: bool
    desk_page: int
    desk_messages: int
    spark_master: str
    encoders: Mapping[Language, Path]
    policy: Path

    def __repr__(self) -> str:
        shown = ", ".join(
            f"{field.name}={getattr(self, field.name)!r}"
            for field in fields(self)
            if field.name not in HIDDEN
        )
        return f"Settings({shown})"

    @property
    def rasa_url(self) -> str:
        """Address of the assistant, on loopback."""
        return f"http://127.0.0.1:{self.rasa_port}"

    @property
    def actions_url(self) -> str:
        """Address of the action server, on loopback."""
        return f"http://127.0.0.1:{self.actions_port}"

    @property
    def front_url(self) -> str:
        """Address of the shop page as seen from this machine."""
        host = "127.0.0.1" if self.host in {"0.0.0.0", "::"} else self.host  # noqa: S104
        return f"http://{host}:{self.port}"

    @property
    def models_dir(self) -> Path:
        """Folder of trained assistants."""
        return self.data_dir / "models"

    @property
    def knowledge_dir(self) -> Path:
        """Folder of the retrieval index."""
        return self.data_dir / "knowledge"

    @property
    def recommender_dir(self) -> Path:
        """Folder of the trained recommenders."""
        return self.data_dir / "recommender"


def load_settings(environ: Mapping[str, str] | None = None, root: Path | None = None) -> Settings:
    """Read and validate the settings; variables win over the `.env` file in `root`.

    Raises SettingsError naming the variable when a value cannot be used.
    """
    root = (root or Path.cwd()).resolve()
    values = {**_read_env_file(root / ".env"), **(os.environ if environ is None else environ)}
    reader = _Reader(values)
    data_dir = (root / reader.text("DATA_DIR", "var")).resolve()
    channels = reader.channels()
    settings = Settings(
        root=root,
        data_dir=data_dir,
        database_url=reader.url("DATABASE_URL", f"sqlite:///{data_dir / 'concierge.db'}"),
        tracker_database_url=reader.url(
            "TRACKER_DATABASE_URL", f"sqlite:///{data_dir / 'tracker.db'}"
        ),
        secret_key=_secret_key(values.get(f"{PREFIX}SECRET_KEY"), data_dir),
        host=reader.text("HOST", "127.0.0.1"),
        port=reader.port("PORT", 8080),
        rasa_port=reader.port("RASA_PORT", 5105),
        actions_port=reader.port("ACTIONS_PORT", 5155),
        shop_name=reader.text(*SHOP_NAME),
        default_language=reader.choice("LANGUAGE", DEFAULT_LANGUAGE, LANGUAGES),
        currency=reader.matching("CURRENCY", "EUR", r"[A-Z]{3}", "an ISO 4217 code such as EUR"),
        demo=reader.flag("DEMO", default=True),
        log_level=reader.choice("LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR")),
        log_format="json"
        if reader.choice("LOG_FORMAT", "text", ("text", "json")) == "json"
        else "text",
        redis_url=values.get(f"{PREFIX}REDIS_URL") or None,
        public_url=reader.origin("PUBLIC_URL"),
        channels=channels,
        channel_values=reader.under(channels),
        public_origins=reader.words("PUBLIC_ORIGINS"),
        image_origins=reader.origins("IMAGE_ORIGINS"),
        basket_url=reader.matching(
            "BASKET_URL",
            "",
            r"|https?://[^\s<>\"]*\{sku\}[^\s<>\"]*",
            "an address with {sku} in it, such as https://shop.example/cart/add?sku={sku}",
        ),
        secure_cookies=reader.flag("SECURE_COOKIES", default=False),
        trusted_proxies=reader.words("TRUSTED_PROXIES"),
        rate_limits=reader.flag("RATE_LIMITS", default=True),
        desk_page=reader.whole("DESK_PAGE", 50, 10, 200),
        desk_messages=reader.whole("DESK_MESSAGES", 1000, 50, 5000),
        spark_master=reader.text("SPARK_MASTER", ""),
        encoders={
            one: folder
            for one in LANGUAGES
            if (folder := reader.folder(f"ENCODER_{one.upper()}", root)) is not None
        },
        policy=reader.policy(root),
    )
    ports = [settings.port, settings.rasa_port, settings.actions_port]
    if len(set(ports) - {0}) != len([port for port in ports if port]):
        raise SettingsError(
            f"{PREFIX}PORT, {PREFIX}RASA_PORT and {PREFIX}ACTIONS_PORT must differ, got {ports}"
        )
    return settings


def shop_name() -> str:
    """The shop's name alone, for texts that are made where no settings are at hand."""
    return _Reader({**_read_env_file(Path.cwd() / ".env"), **os.environ}).text(*SHOP_NAME)


def shop_address(path: str) -> str:
    """A page of the shop as the internet sees it, for mails; its path where that is unknown."""
    reader = _Reader({**_read_env_file(Path.cwd() / ".env"), **os.environ})
    return reader.origin("PUBLIC_URL") + path


def policy_path() -> Path:
    """The file of the shop's rules, for effects that are made where no settings are at hand."""
    return _Reader({**_read_env_file(Path.cwd() / ".env"), **os.environ}).policy(Path.cwd())


@dataclass(frozen=True)
class _Reader:
    values: Mapping[str, str]

    def text(self, name: str, default: str) -> str:
        return self.values.get(PREFIX + name, "").strip() or default

    def port(self, name: str, default: int) -> int:
        raw = self.text(name, str(default))
        if not raw.isdigit() or not 0 <= int(raw) <= 65535:
            raise SettingsError(f"{PREFIX}{name} must be a port from 0 to 65535, got {raw!r}")
        return int(raw)

    def whole(self, name: str, default: int, least: int, most: int) -> int:
        raw = self.text(name, str(default))
        if not (raw.isascii() and raw.isdigit() and least <= int(raw) <= most):
            raise SettingsError(
                f"{PREFIX}{name} must be a whole number from {least} to {most}, got {raw!r}"
            )
        return int(raw)

    def flag(self, name: str, *, default: bool) -> bool:
        raw = self.text(name, "true" if default else "false").lower()
        if raw in {"1", "true", "yes", "on"}:
            return True
        if raw in {"0", "false", "no", "off"}:
            return False
        raise SettingsError(f"{PREFIX}{name} must be true or false, got {raw!r}")

    def choice(self, name: str, default: str, allowed: tuple[str, ...]) -> str:
        raw = self.text(name, default)
        if raw not in allowed:
            raise SettingsError(f"{PREFIX}{name} must be one of {', '.join(allowed)}, got {raw!r}")
        return raw

    def matching(self, name: str, default: str, pattern: str, wanted: str) -> str:
        raw = self.text(name, default)
        if not re.fullmatch(pattern, raw):
            raise SettingsError(f"{PREFIX}{name} must be {wanted}, got {raw!r}")
        return raw

    def url(self, name: str, default: str) -> str:
        raw = self.text(name, default)
        if not re.match(r"(sqlite|postgresql(\+psycopg2)?)://", raw):
            raise SettingsError(
                f"{PREFIX}{name} must begin with sqlite:/// or postgresql+psycopg2://"
            )
        return raw

    def origin(self, name: str) -> str:
        found = self.origins(name)
        if len(found) > 1:
            raise SettingsError(f"{PREFIX}{name} must be one address")
        return found[0] if found else ""

    def channels(self) -> tuple[str, ...]:
        found = self.words("CHANNELS")
        for word in found:
            if not re.fullmatch(r"[a-z][a-z0-9]{1,30}", word):
                raise SettingsError(
                    f"{PREFIX}CHANNELS must be names such as telegram, got {word!r}"
                )
        if found and not self.text("PUBLIC_URL", ""):
            raise SettingsError(
                f"{PREFIX}PUBLIC_URL must be set while {PREFIX}CHANNELS names a channel"
            )
        return found

    def under(self, channels: tuple[str, ...]) -> dict[str, str]:
        """The variables that belong to these channels, such as CONCIERGE_TELEGRAM_TOKEN."""
        starts = tuple(f"{PREFIX}{name.upper()}_" for name in channels)
        return {
            name: value.strip()
            for name, value in self.values.items()
            if starts and name.startswith(starts)
        }

    def origins(self, name: str) -> tuple[str, ...]:
        found = self.words(name)  # they go into a header, so nothing else may be in them
        for word in found:
            if not re.fullmatch(r"https?://[A-Za-z0-9.-]+(?::\d{1,5})?", word):
                raise SettingsError(
                    f"{PREFIX}{name} must be addresses like https://cdn.example.com, got {word!r}"
                )
        return found

    def folder(self, name: str, root: Path) -> Path | None:
        raw = self.text(name, "")
        if not raw:
            return None
        found = (root / raw).resolve()
        if not found.is_dir():
            raise SettingsError(f"{PREFIX}{name} must be a folder, and {raw!r} is none")
        return found

    def policy(self, root: Path) -> Path:
        """The file that is named, from `root`; where none is, the one there or the shipped one."""
        named = (root / self.text(*POLICY)).resolve()
        if self.values.get(PREFIX + POLICY[0], "").strip() or named.is_file():
            return named
        return PROJECT_ROOT / POLICY[1]

    def words(self, name: str) -> tuple[str, ...]:
        return tuple(word.strip() for word in self.text(name, "").split(",") if word.strip())


def _read_env_file(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    found: dict[str, str] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        name, separator, value = line.partition("=")
        if not separator:
            raise SettingsError(f"{path.name} line {number} must look like NAME=value")
        found[name.strip()] = value.strip().strip("'\"")
    return found


def _secret_key(given: str | None, data_dir: Path) -> bytes:
    """The signing key: from the environment, or made once and kept readable by the owner alone."""
    if given:
        if len(given.encode()) < MINIMUM_SECRET_BYTES:
            raise SettingsError(
                f"{PREFIX}SECRET_KEY must be at least {MINIMUM_SECRET_BYTES} bytes long"
            )
        return given.encode()
    path = data_dir / KEY_FILE
    data_dir.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _wait_for_key(path)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_hex(MINIMUM_SECRET_BYTES))
    return path.read_bytes()


def _wait_for_key(path: Path) -> bytes:
    key = path.read_bytes()
    if len(key) < MINIMUM_SECRET_BYTES:
        raise SettingsError(
            f"{path.name} in the data folder is too short; delete it to make a new one"
        )
    return key
