"""`concierge nlu`'s lists of what people wrote."""

import pytest

from concierge.cli.nlu_learning import _show_health
from understanding.discovery.health import Checked, Doubtful, Twins


def test_brackets_in_what_people_wrote_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    doubtful = Doubtful("see [b]this[/b]", "faq", "track", 0.9, 0.1)
    twins = Twins("order [/id]", "faq", "order [x]", "track", 0.99, False)
    _show_health("en", 2, Checked(0.5, (), (doubtful,), (twins,)))
    said = capsys.readouterr().out
    for text in ("see [b]this[/b]", "order [/id]", "order [x]"):
        assert text in said
