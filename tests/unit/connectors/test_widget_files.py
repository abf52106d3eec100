"""The widget's files become one script."""

import re

from connectors.webchat.bundle import MODULES, make_bundle


def test_the_script_holds_every_module_once_behind_what_it_needs() -> None:
    text = make_bundle({"en": {}}, "Fernweg").plain.decode()
    wrapped = re.findall(r"^const from_([a-z]+) = ", text, re.MULTILINE)
    assert sorted(wrapped) == sorted(path.stem for path in MODULES.glob("*.js"))
    assert wrapped[-1] == "start"
    for name, source in re.findall(r"^const from_([a-z]+) = (.*?)^}\)\(\);", text, re.S | re.M):
        needed = re.findall(r"= from_([a-z]+);", source)
        assert all(wrapped.index(one) < wrapped.index(name) for one in needed)
    assert not re.search(r"^(import|export) ", text, re.MULTILINE)


def test_words_cannot_end_the_script_of_a_page() -> None:
    text = make_bundle({"en": {"welcome": "</script><b>"}}, "A </script> shop").plain.decode()
    assert "</script" not in text
