"""The Python of the documentation runs, each page from top to bottom."""

from __future__ import annotations

import re
import sys
import types
from pathlib import Path

import pinion
import pytest
from conftest import DOOR
from pyspark.sql import SparkSession

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.skipif(DOOR != "classic", reason="the pages begin with a classic session")
@pytest.mark.parametrize("page", ["README.md", "docs/user/python.md", "python/README.md"])
def test_the_python_of_a_page_runs(
    spark: SparkSession, page: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    blocks = re.findall(r"^```python\n(.*?)^```", (ROOT / page).read_text(), re.DOTALL | re.MULTILINE)
    assert blocks
    # Pydantic looks the names in annotations up in the module of a class.
    module = types.ModuleType("page")
    monkeypatch.setitem(sys.modules, "page", module)
    exec(compile("\n".join(blocks), page, "exec"), module.__dict__)
    assert "customer" in capsys.readouterr().out


@pytest.mark.skipif(DOOR != "classic", reason="they are about a classic session")
def test_the_examples_of_docstrings_run(spark: SparkSession) -> None:
    import doctest
    import importlib

    for name in ["pinion", "pinion._session", "pinion._observe", "pinion._text_generator", "pinion._output"]:
        module = importlib.import_module(name)
        result = doctest.testmod(module)
        assert result.failed == 0, name
    assert doctest.testmod(pinion).attempted > 3
