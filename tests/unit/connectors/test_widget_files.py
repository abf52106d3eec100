"""The widget's files become one small script, with the words of the language that is spoken."""

import re

from connectors.rendering import load_catalogue
from connectors.webchat.bundle import MODULES, make_script, without_spaces
from connectors.webchat.widget import PREFIX, make_scripts, packed_words

MOST_BYTES = 30_000  # of the whole chat, packed
MODULE = re.compile(r"^const from_([a-z]+)=(.*?)^}\)\(\);", re.S | re.M)


def test_every_module_is_in_the_script_behind_what_it_needs() -> None:
    text = make_script({}, "Fernweg", language="en", elsewhere={}).plain.decode()
    modules = dict(MODULE.findall(text))
    assert sorted(modules) == sorted(path.stem for path in MODULES.glob("*.js"))
    assert [*modules][-1] == "start"
    there: set[str] = set()
    for name, source in modules.items():
        assert set(re.findall(r"=from_([a-z]+);", source)) <= there, name
        there.add(name)
    assert not re.search(r"^import|^export|import\(", text, re.M)


def test_the_whole_chat_is_small_and_brings_the_words_that_are_spoken() -> None:
    messages = load_catalogue().messages
    scripts = make_scripts(messages, "Fernweg")
    assert sorted(scripts) == sorted(packed_words(messages)) == sorted(messages)
    for language, script in scripts.items():
        assert len(script.packed) <= MOST_BYTES, language
        for other in messages:
            is_there = messages[other][f"{PREFIX}welcome"] in script.plain.decode()
            assert is_there == (other == language)


def test_only_spaces_that_mean_nothing_are_left_out() -> None:
    code = """
      const told = (a) => a ? "x ;  y" : `${a}  b`;
      if (/[/ ] +"/.test(told)) return  void 0
      else a = b / c - -1;
      run({ get is() { return this.#it; } })
    """
    assert without_spaces(code).strip().splitlines() == [
        'const told=(a)=>a?"x ;  y":`${a}  b`;if(/[/ ] +"/.test(told))return void 0',
        "else a=b/c- -1;run({get is(){return this.#it;}})",
    ]


def test_words_cannot_end_the_script_of_a_page() -> None:
    words = {"welcome": "</script><b>"}
    script = make_script(words, "A </script> shop", language="en", elsewhere={})
    assert "</script" not in script.plain.decode()
