from __future__ import annotations

import threading
from pathlib import Path

from naru_cloud.kept_table import KeptTable


def test_many_threads_save_at_once_and_all_is_kept(tmp_path: Path) -> None:
    file = tmp_path / "table.kept"
    table: KeptTable[int, str] = KeptTable(file)
    failures: list[Exception] = []
    start = threading.Barrier(16)

    def put(first: int) -> None:
        start.wait()
        try:
            for key in range(first, 400, 16):
                table[key] = str(key)
                table.save()
        except Exception as error:  # noqa: BLE001
            failures.append(error)

    threads = [threading.Thread(target=put, args=(first,)) for first in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert dict(KeptTable[int, str](file)) == {key: str(key) for key in range(400)}
