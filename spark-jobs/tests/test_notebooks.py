"""The notebooks that ship: their code runs on local Spark, and no output is kept in them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.lake import Lake
from tests.test_curate_stream import deliver

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"


def code_cells(name: str) -> list[dict[str, Any]]:
    cells = json.loads((NOTEBOOKS / name).read_text(encoding="utf-8"))["cells"]
    return [cell for cell in cells if cell["cell_type"] == "code"]


def run(name: str, without: set[str]) -> dict[str, Any]:
    """What a notebook's code leaves behind; cells with one of the tags are passed over."""
    left: dict[str, Any] = {}
    for cell in code_cells(name):
        if not without & set(cell["metadata"].get("tags", [])):
            exec(compile("".join(cell["source"]), f"{name}:{cell['id']}", "exec"), left)
    return left


@pytest.fixture
def curated(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> Lake:
    at = "2026-11-20 01:{}:00"
    events = [("e1", at.format("01"), "C1", "GET"), ("e2", at.format("02"), "C1", "GET")]
    later = [("e3", "2026-11-20 02:00:00", "C1", "GET"), ("e4", at.format("05"), "C2", "GET")]
    deliver(lake, "2026-11-20", "1.parquet", [*events, *later])
    assert lake.curate(only=["lms.requests"]).curated[0].error is None
    monkeypatch.setenv("NARU_CURATED", f"file://{lake.root}/curated")
    return lake


def test_page_views_runs_as_it_ships(curated: Lake, capsys: pytest.CaptureFixture[str]) -> None:
    left = run("page_views.ipynb", {"glue", "pandas"})
    assert sorted(tuple(row) for row in left["per_course"].collect()) == [
        ("C1", 3, 1.5, 1.5),
        ("C2", 1, 1.0, 1.0),
    ]
    shown = capsys.readouterr().out
    assert "|-- user_id: string" in shown and "median_an_hour" in shown


# PySpark 3.5's pandas API warns of what it does itself with distutils and NumPy.
@pytest.mark.filterwarnings("ignore")
def test_page_views_counts_the_same_in_pandas_words(curated: Lake) -> None:
    left = run("page_views.ipynb", {"glue"})
    assert left["top"].to_pandas().to_dict() == {"C1": 3, "C2": 1}


@pytest.mark.parametrize("name", sorted(path.name for path in NOTEBOOKS.glob("*.ipynb")))
def test_a_notebook_holds_no_output_and_one_cell_of_magics(name: str) -> None:
    cells = code_cells(name)
    assert [cell["id"] for cell in cells if cell["outputs"] or cell["execution_count"] is not None] == []
    magics = [cell for cell in cells if "glue" in cell["metadata"].get("tags", [])]
    assert [cell["id"] for cell in magics] == ["session"]
    assert all(re.match(r"%[a-z_]+ \S+$", line.rstrip("\n")) for line in magics[0]["source"])
    for cell in cells:
        if cell not in magics:
            compile("".join(cell["source"]), f"{name}:{cell['id']}", "exec")
