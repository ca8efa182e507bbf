"""The contracts that ship with Naru, derived by the code that derives them for a stack."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_PROJECT = Path(__file__).parents[2]
_DERIVE = """
const { loadContracts, sparkSpec, storedColumns } = require("./components/contract");
const { nameHeaders } = require("./components/contract/csv/headers");
const contracts = loadContracts(["contracts"]);
const headers = JSON.parse(process.argv[1]);
console.log(JSON.stringify({
  specs: contracts.filter((dataSet) => dataSet.ingestion !== "derived").map(sparkSpec),
  stored: Object.fromEntries(
    contracts.map((dataSet) => [dataSet.id, storedColumns(dataSet).map(({ name, type }) => [name, type])]),
  ),
  derived: contracts.filter((dataSet) => dataSet.ingestion === "derived").map((dataSet) => dataSet.id),
  named: headers.map((file) => nameHeaders(file).map(({ source }) => source)),
}));
"""

# Headers of files for the rule that both sides follow, with names that look numbered already.
HEADERS = [
    ["a", "b"],
    ["점수", "점수", "점수", "비고"],
    ["", "a", ""],
    ["a#2", "a", "a", "a"],
    ["#2", "", "#2", ""],
    ["#3", "#3#2", ""],
    ["a", "A", "a"],
]


@dataclass(frozen=True)
class Shipped:
    """What TypeScript derives: specs of the curated sets, stored columns of all, and names for HEADERS."""

    specs: list[dict[str, Any]]
    stored: dict[str, list[tuple[str, str]]]
    derived: list[str]
    named: list[list[str]]


def derive() -> Shipped:
    """Runs the derivation once; it takes Node two seconds."""
    done = subprocess.run(
        ["node", "-r", "ts-node/register", "-e", _DERIVE, json.dumps(HEADERS)],
        cwd=_PROJECT,
        check=True,
        capture_output=True,
        text=True,
    )
    made = json.loads(done.stdout)
    stored = {name: [(column, kind) for column, kind in columns] for name, columns in made["stored"].items()}
    return Shipped(made["specs"], stored, made["derived"], made["named"])
