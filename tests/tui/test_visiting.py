"""Visits in a real store: what is kept of them is what was agreed to."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from teststation.model import Client, Fact, Scope, VisitKind, agreed_to
from teststation.store import Store, temporary_store
from teststation.tui.agreement import VERSION, Agreement, Keep, agreement_of
from teststation.tui.visiting import Visiting

CLIENT = Client(code="K-7391", birth_year=1941, weight_kg=61.0)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with temporary_store() as opened:
        opened.operator = "MB"
        yield opened


@pytest.fixture
def visits(store: Store) -> Iterator[Visiting]:
    made = Visiting(lambda: store, lambda: None)
    yield made
    made.leave_today()


def test_the_usual_answer_is_kept_scope_by_scope(store: Store, visits: Visiting) -> None:
    assert visits.agreement(CLIENT.code) is None
    visit = visits.begin(CLIENT, 85, Agreement(letter=True))
    said = store.consents(CLIENT.code)
    assert {consent.scope: consent.given for consent in said} == {
        Scope.TESTING: True, Scope.KEEPING: True, Scope.LETTER: True, Scope.RESEARCH: False
    }  # fmt: skip
    assert {(consent.version, consent.operator) for consent in said} == {(VERSION, "MB")}
    assert visits.agreement(CLIENT.code) == Agreement(letter=True)
    assert visit.kind is VisitKind.FIRST


def test_only_news_is_added_and_what_is_taken_back_counts(store: Store, visits: Visiting) -> None:
    visits.begin(CLIENT, 85, Agreement(letter=True))
    visits.agree(CLIENT.code, Agreement(letter=True))
    assert len(store.consents(CLIENT.code)) == len(Scope)
    visits.agree(CLIENT.code, Agreement(letter=False))
    assert len(store.consents(CLIENT.code)) == len(Scope) + 1
    assert Scope.LETTER not in agreed_to(store.consents(CLIENT.code))
    visits.agree(CLIENT.code, Agreement(keep=Keep.NOT))
    assert visits.agreement(CLIENT.code) == Agreement(keep=Keep.NOT)


def test_who_agreed_to_other_words_is_asked_again(store: Store, visits: Visiting) -> None:
    visits.begin(CLIENT, 85, Agreement())
    older = [msgspec.structs.replace(consent, version="2020-01") for consent in store.consents(CLIENT.code)]
    assert agreement_of(older) is None


def test_a_second_visit_follows_up_and_takes_what_is_known_now(store: Store, visits: Visiting) -> None:
    store.add_client(CLIENT).result()
    changed = msgspec.structs.replace(CLIENT, weight_kg=60.0, walking_aid="cane")
    visits.end(visits.begin(changed, 85, Agreement()))
    again = visits.begin(store.client(CLIENT.code), 85, Agreement(), VisitKind.FOLLOW_UP)
    assert again.kind is VisitKind.FOLLOW_UP
    assert store.client(CLIENT.code) == changed
    assert [visit.ended_at is not None for visit in store.visits(CLIENT.code)] == [True, False]


@pytest.mark.parametrize("keep", [Keep.TODAY, Keep.NOT])
def test_of_a_visit_of_today_nothing_is_kept(store: Store, visits: Visiting, tmp_path: Path, keep: Keep) -> None:
    visit = visits.begin(CLIENT, 85, Agreement(keep=keep))
    assert visits.store is not store
    assert visits.store.encrypted
    assert visits.store.visits(CLIENT.code) == [visit]
    papers = visits.papers_folder(tmp_path / "papers")
    (papers / "blad.pdf").write_bytes(b"on paper")
    visits.end(visit)
    assert visits.store is store
    assert store.clients() == []
    assert not [entry for entry in store.audit() if entry.kind in ("client", "visit", "consent")]
    assert [entry.name for entry in tmp_path.iterdir()] == [store.path.parent.name]


def test_what_was_printed_of_a_visit_that_is_kept_stays(visits: Visiting, tmp_path: Path) -> None:
    visits.begin(CLIENT, 85, Agreement())
    assert visits.papers_folder(tmp_path / "papers") == tmp_path / "papers"


def test_the_first_few_codes_are_proposed(store: Store, visits: Visiting) -> None:
    for number in range(20):
        store.add_client(Client(code=f"K-{number:03d}")).result()
    store.add_client(Client(code="L_1")).result()
    assert [client.code for client in visits.known("K-01")] == [f"K-01{digit}" for digit in range(8)]
    assert visits.known("L%") == []


def test_a_visit_is_left_until_it_is_ended(visits: Visiting) -> None:
    visit = visits.begin(CLIENT, 85, Agreement())
    assert [left.visit for left in visits.left()] == [visit]
    visits.end(visit)
    assert visits.left() == ()


def test_what_is_answered_is_kept_with_the_visit(store: Store, visits: Visiting) -> None:
    visit = visits.begin(CLIENT, 85, Agreement())
    said = [Fact(code="pain", value=3, at=visit.started_at)]
    visits.add_facts(visit, said)
    assert visits.facts(visit) == store.facts_of_visit(visit.id) == said
