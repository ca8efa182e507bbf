"""A mapping outlives its process: killed without warning, it goes on where it was, and nothing is skipped."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from conftest import PACKAGE, Cloud, emulator_is_up, free_port, root_environment, start_emulator, wait_for
from mappings import Make, functions, make_stream, mapping_client, put


@contextmanager
def own_process(
    emulator: str, workdir: Path, *more: str, log: Path = Path("/dev/null")
) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """A process of the local cloud before an emulator, with `more` arguments; its endpoint."""
    place = ["--port", "0", "--emulator", emulator, "--workdir", str(workdir), "--time-scale", "20"]
    with log.open("a") as lines:
        process = subprocess.Popen(
            [sys.executable, "-m", "naru_cloud", *place, *more],
            env={**root_environment(), "PYTHONPATH": str(PACKAGE)},
            stdout=subprocess.PIPE,
            stderr=lines,
            text=True,
        )
    try:
        assert process.stdout is not None
        yield f"http://{process.stdout.readline().split()[1]}", process
    finally:
        process.kill()
        process.wait()


def test_killed_three_times_it_skips_nothing(cloud: Cloud, make: Make, tmp_path: Path) -> None:
    stream, function = make_stream(cloud, "esm-killed", shards=2), make("esm-killed")

    def slowly(_texts: list[str]) -> dict[str, object]:
        time.sleep(0.05)
        return {}

    function.decide = slowly
    sent: list[str] = []
    halt = threading.Event()

    def produce() -> None:
        while not halt.is_set():
            batch = [f"r{len(sent) + index:05}" for index in range(10)]
            put(cloud, stream, batch)
            sent.extend(batch)
            time.sleep(0.05)

    producer = threading.Thread(target=produce)
    try:
        for life in range(4):
            with own_process(cloud.emulator, tmp_path) as (endpoint, process):
                if life == 0:
                    mapping_client(endpoint).create_event_source_mapping(
                        EventSourceArn=stream,
                        FunctionName="esm-killed",
                        StartingPosition="LATEST",
                        BatchSize=5,
                        ParallelizationFactor=2,
                    )
                    producer.start()
                before = len(function.seen())
                wait_for(lambda at=before: len(function.seen()) > at + 100, seconds=60)
                if life < 3:
                    process.kill()
                    process.wait()
                    continue
                halt.set()
                producer.join()
                wait_for(lambda: set(function.seen()) >= set(sent), seconds=60)
    finally:
        halt.set()
    seen = function.seen()
    assert set(seen) == set(sent)
    again = len(seen) - len(set(seen))
    print(f"{len(sent)} records, killed 3 times: {again} processed again, 0 skipped")
    # At most what each life had under way and not yet behind its checkpoint: 2 shards, read ahead by 1,000.
    assert again < len(sent)


def test_stopped_it_leaves_nothing_half_done(cloud: Cloud, make: Make, tmp_path: Path) -> None:
    stream, function = make_stream(cloud, "esm-stopped"), make("esm-stopped")
    with own_process(cloud.emulator, tmp_path) as (endpoint, process):
        mapping_client(endpoint).create_event_source_mapping(
            EventSourceArn=stream, FunctionName="esm-stopped", StartingPosition="TRIM_HORIZON", BatchSize=5
        )
        put(cloud, stream, [f"s{index:02}" for index in range(20)], key="k")
        wait_for(lambda: len(function.events) >= 2)
        process.terminate()
        assert process.wait(20) == 0
    with own_process(cloud.emulator, tmp_path):
        wait_for(lambda: len(function.seen()) >= 20)
    assert function.seen() == [f"s{index:02}" for index in range(20)]


def test_the_emulator_may_be_started_anew(tmp_path: Path) -> None:
    """It keeps streams and functions over SIGTERM, and forgets sessions and iterators."""
    port = free_port()
    kept = {
        "PERSIST_STATE": "1",
        "S3_PERSIST": "1",
        "STATE_DIR": str(tmp_path / "state"),
        "S3_DATA_DIR": str(tmp_path / "s3"),
    }
    with (
        (tmp_path / "emulator.log").open("w") as log,
        own_emulator(tmp_path, port, log, kept) as emulator,
        own_process(f"http://127.0.0.1:{port}", tmp_path / "work") as (endpoint, process),
    ):
        own = Cloud(f"http://127.0.0.1:{port}", endpoint, tmp_path / "work", process, tmp_path / "none")
        with functions(own) as maker:
            stream, function = make_stream(own, "esm-anew"), maker("esm-anew")
            mapping_client(endpoint).create_event_source_mapping(
                EventSourceArn=stream, FunctionName="esm-anew", StartingPosition="TRIM_HORIZON"
            )
            put(own, stream, ["before"])
            wait_for(lambda: function.seen() == ["before"])
            emulator.terminate()
            assert emulator.wait(30) == 0
            time.sleep(1)
            with own_emulator(tmp_path, port, log, kept):
                put(own, stream, ["after"])
                wait_for(lambda: "after" in function.seen(), seconds=40)
                assert function.seen() == ["before", "after"]


@contextmanager
def own_emulator(
    folder: Path, port: int, log: IO[str], more: dict[str, str]
) -> Iterator[subprocess.Popen[bytes]]:
    """An emulator of this test's own."""
    emulator = start_emulator(folder, port, log, **more)
    try:
        wait_for(lambda: emulator_is_up(port))
        yield emulator
    finally:
        emulator.kill()
        emulator.wait()
