"""The pages' own modules in Node, each with as much of a browser as it needs."""

import shutil
import subprocess
from pathlib import Path

import pytest

FILES = sorted(Path(__file__).parent.glob("*.test.mjs"))


@pytest.mark.skipif(shutil.which("node") is None, reason="Node is not installed")
@pytest.mark.parametrize("file", FILES, ids=[file.stem for file in FILES])
def test_in_node(file: Path) -> None:
    done = subprocess.run(
        ["node", "--no-warnings", "--test", "--test-reporter=tap", str(file)],
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    assert done.returncode == 0, done.stdout
    assert "\n# pass 0\n" not in done.stdout
