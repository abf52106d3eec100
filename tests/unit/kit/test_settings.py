"""Settings: defaults, validation that names the variable, the key that is made once."""

from pathlib import Path

import pytest

from kit.settings import SettingsError, load_settings


def test_defaults_give_a_working_demo(tmp_path: Path) -> None:
    settings = load_settings({}, tmp_path)
    assert settings.port == 8080
    assert settings.demo is True
    assert settings.database_url == f"sqlite:///{tmp_path / 'var' / 'concierge.db'}"
    assert settings.rasa_url == "http://127.0.0.1:5105"


def test_secret_key_is_made_once_and_private(tmp_path: Path) -> None:
    first = load_settings({}, tmp_path).secret_key
    again = load_settings({}, tmp_path).secret_key
    assert first == again
    assert len(first) == 64
    assert (tmp_path / "var" / "secret.key").stat().st_mode & 0o777 == 0o600


def test_environment_wins_over_env_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text('# a comment\nCONCIERGE_PORT=9000\nCONCIERGE_SHOP_NAME="A"\n')
    settings = load_settings({"CONCIERGE_PORT": "9001"}, tmp_path)
    assert settings.port == 9001
    assert settings.shop_name == "A"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CONCIERGE_PORT", "many"),
        ("CONCIERGE_DESK_PAGE", "1000"),
        ("CONCIERGE_DESK_MESSAGES", "all"),
        ("CONCIERGE_PORT", "70000"),
        ("CONCIERGE_DEMO", "perhaps"),
        ("CONCIERGE_LANGUAGE", "fr"),
        ("CONCIERGE_CURRENCY", "euro"),
        ("CONCIERGE_DATABASE_URL", "mysql://x"),
        ("CONCIERGE_SECRET_KEY", "short"),
        ("CONCIERGE_LOG_LEVEL", "LOUD"),
        ("CONCIERGE_BASKET_URL", "https://shop.example/cart"),
    ],
)
def test_wrong_value_is_refused_by_name(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        load_settings({name: value}, tmp_path)


def test_equal_ports_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="must differ"):
        load_settings({"CONCIERGE_PORT": "5105"}, tmp_path)


def test_env_file_line_without_equals_names_its_line(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("CONCIERGE_PORT=9000\nnonsense\n")
    with pytest.raises(SettingsError, match="line 2"):
        load_settings({}, tmp_path)


def test_secrets_do_not_show(tmp_path: Path) -> None:
    settings = load_settings(
        {"CONCIERGE_SECRET_KEY": "k" * 40, "CONCIERGE_DATABASE_URL": "postgresql://u:pw@h/d"},
        tmp_path,
    )
    assert "kkkk" not in repr(settings)
    assert "pw@" not in repr(settings)
