"""A station in the midst of a visit, trial after trial, until it is killed; it says where it is and what it has kept.

Lines: `stage NAME`; `heard TRIAL NUMBER SAMPLES` once all that the sensor has sent went to the store and the store has
nothing more to do; `trial TRIAL NUMBER` and `result TRIAL NUMBER` once these are kept, the result with what the
therapist said of it; `tree NAME` once an export is whole.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from typing import Any

from station.scripted import INFO, RATE_HZ, HandClock, ScriptedSensor
from store import examples
from teststation.formats.bids_tree import write_tree
from teststation.model import Client, Confirmation, TestName, Visit
from teststation.sensors.base import Connected, Packet
from teststation.station import Analyst, TrialRun, analyst, conclude, trial_run
from teststation.station.trial_run import TAIL_S
from teststation.store import Passphrase, Store, open_store, utc_now
from teststation.tests.base import Options

SAMPLES_BEFORE_THE_CUE, SAMPLES_OF_THE_TEST = 130, 260


class End:
    """Of the station: so many seconds after it came to a stage for the so-manyth time."""

    def __init__(self, stage: str, times: int, seconds: float) -> None:
        self.stage, self.times, self.seconds = stage, times, seconds

    def stage_is(self, stage: str) -> None:
        say("stage", stage)
        self.times -= stage == self.stage
        if stage == self.stage and self.times == 0:
            if self.seconds:
                threading.Timer(self.seconds, die).start()
            else:
                die()


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class Watcher:
    """Sees nothing: the hand stops."""

    @staticmethod
    def watch(_: Options) -> type[Watcher]:
        return Watcher

    @staticmethod
    def feed(*_: Any) -> list[Any]:
        return []


class Attempt:
    """One trial, with a sensor that sends samples which can be told from all others."""

    def __init__(self, store: Store, visit: Visit, number: int, executor: ThreadPoolExecutor) -> None:
        self.store, self.number = store, number
        self.clock, self.sensor = HandClock(), ScriptedSensor()
        self.heard = 0
        vars(analyst)["analyse"] = lambda *_: examples.analysed(number)
        self.run = TrialRun(
            visit, TestName.GUG, number, options=Options(), sensor=self.sensor, store=store,
            analyst=Analyst(lambda: executor), clock=self.clock,
        )  # fmt: skip
        self.run.connect()
        self.sensor.say(Connected(self.clock.time_s, INFO))

    def hear(self, samples: int) -> None:
        time_s, acceleration, angular_velocity = examples.samples(self.number, self.heard + samples)
        for start in range(self.heard, self.heard + samples, examples.PACKET):
            part = slice(start, start + examples.PACKET)
            self.clock.time_s += len(time_s[part]) / RATE_HZ
            self.sensor.say(Packet(self.clock.time_s, time_s[part], acceleration[part], angular_velocity[part]))
            self.heard += len(time_s[part])
            idle(self.store)
            for trial in self.store.unfinished():
                say("heard", trial.id, self.number, self.heard)

    def go(self) -> None:
        self.run.go(self.clock.time_s)


def say(*words: object) -> None:
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


def idle(store: Store) -> None:
    """Wait until the store has nothing to do."""
    store._writer.run(lambda _: None).result()


def attempt(store: Store, client: Client, visit: Visit, this: Attempt, end: End) -> None:
    this.hear(examples.PACKET)
    end.stage_is("armed")
    this.run.arm()
    this.hear(SAMPLES_BEFORE_THE_CUE)
    end.stage_is("running")
    this.go()
    this.hear(SAMPLES_OF_THE_TEST)
    this.go()
    this.hear(round(TAIL_S * RATE_HZ) - examples.PACKET)
    end.stage_is("saving")
    this.hear(2 * examples.PACKET)  # with these the tail is whole
    trial = this.run.wait()
    assert trial is not None
    say("trial", trial.id, trial.number)
    this.run.close()
    conclude(client, visit, [trial], Options(), store)
    for saved in store.results(visit.id):
        if saved.result.trials == (trial.id,):
            store.add_confirmation(saved.id, Confirmation(finding=0, agreed=True, at=utc_now())).result()
            say("result", trial.id, trial.number)


def main(path: Path, passphrase: str, end: End) -> None:
    vars(trial_run)["clinical_test"] = lambda _: Watcher
    with open_store(path, Passphrase(passphrase)) as store, ThreadPoolExecutor(1) as executor:
        client = Client(code=f"K-{len(store.clients()):03d}")
        store.add_client(client).result()
        visit = store.begin_visit(client.code, age=81).result()
        for number in count(1):
            attempt(store, client, visit, Attempt(store, visit, number, executor), end)
            end.stage_is("exporting")
            tree = path.with_name(f"{client.code}-{number}")
            write_tree(tree, [client.code], [store.dossier(client.code)])
            say("tree", tree.name)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], End(sys.argv[3], int(sys.argv[4]), float(sys.argv[5])))
