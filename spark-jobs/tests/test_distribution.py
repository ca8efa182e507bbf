"""Executors that are JVMs of their own have the compiled functions too: two real ones on this machine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pyspark

from tests.lake import expected_pseudonym, key_of
from tests.test_pseudonym import spellings

SPARK_JOBS = Path(__file__).parents[1]


def test_executors_of_their_own_make_pseudonyms(tmp_path: Path) -> None:
    # Workers keep their executors' folders in SPARK_HOME: not in the environment that others use.
    for part in ("bin", "jars"):
        (tmp_path / part).symlink_to(Path(pyspark.__file__).parent / part)
    environment = {
        **os.environ,
        "SPARK_HOME": str(tmp_path),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "PYSPARK_PYTHON": sys.executable,
    }
    command = [sys.executable, "-m", "tests.on_executors"]
    made = subprocess.run(
        command, cwd=SPARK_JOBS, env=environment, check=True, capture_output=True, text=True, timeout=300
    )
    result = json.loads(made.stdout)
    assert result["executors"] == 2
    people = [f"S-{number}" for number in range(100)]
    assert result["rows"] == [[person, expected_pseudonym("student-id", person)] for person in people]
    # Both fetched the jar, and what they log holds neither key nor person.
    assert len(list(tmp_path.glob("work/*/*/naru-identifiers.jar"))) == 2
    logs = [path.read_text() for path in tmp_path.glob("work/*/*/std*")]
    assert "naru-identifiers.jar" in "".join(logs)
    secrets = ("S-1", *spellings(key_of("student-id")))
    assert [secret for secret in secrets for log in logs if secret in log] == []
