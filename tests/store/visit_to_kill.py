"""A visit that records one trial after the other until it is killed, and prints what the store has promised."""

from __future__ import annotations

import os
import sys
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from store import examples
from teststation.store import Passphrase, open_store

SAMPLES = 500


def promised(line: str, future: Future[Any]) -> None:
    future.result()
    os.write(1, f"{line}\n".encode())


def main(path: Path, passphrase: str) -> None:
    with open_store(path, Passphrase(passphrase)) as store:
        if not store.clients():
            store.add_client(examples.CLIENT).result()
        visit = store.begin_visit(examples.CLIENT.code).result()
        number = 0
        while True:
            number += 1
            writer = store.begin_trial(examples.trial(visit.id, number), examples.SENSOR)
            key = f"{writer.trial.id} {number}"
            time_s, acceleration, angular_velocity = examples.samples(number, SAMPLES)
            kept = 0
            for start in range(0, SAMPLES, examples.PACKET):
                part = slice(start, start + examples.PACKET)
                for future in writer.append(time_s[part], acceleration[part], angular_velocity[part]):
                    kept += 40
                    future.add_done_callback(partial(promised, f"samples {key} {kept}"))
            writer.close().add_done_callback(partial(promised, f"samples {key} {SAMPLES}"))
            trial = msgspec.structs.replace(writer.trial, analysis=examples.analysed(number))
            store.save_trial(trial).add_done_callback(partial(promised, f"trial {key} 0"))
            saved = store.save_result(visit.id, *examples.result(trial))
            saved.add_done_callback(partial(promised, f"result {key} 0"))
            saved.result()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
