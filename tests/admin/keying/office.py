"""A keying room: an open wave with a printed run, people who key it, and paper whose true content is known."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import Session

from admin.keying.reading import BLANK, Checked
from admin.keying.serials import Serial
from admin.keying.services import entering, issuing, sending, settling
from admin.keying.services.issuing import RunPlan
from survey import clock
from survey.access.tokens import SampleCase
from survey.identity.actors import Actor, find_actor
from survey.identity.permissions import Role
from survey.models.keying import KeyingSheet
from survey.models.people import User, UserRole
from survey.models.wave import Wave
from tests.survey.interviews import World

OPERATORS = ("kang", "li", "meng")
ROUTE = ("A1", "A2", "R01", "R02", "R03")
Paper = Mapping[str, str]


@dataclass(slots=True, kw_only=True)
class Office:
    """The people and sheets of one wave."""

    world: World
    papers: dict[Serial, Paper] = field(default_factory=dict)

    def actor(self, session: Session, name: str) -> Actor:
        return find_actor(session, name)

    def print_run(self, n: int, *, decides: str = "third", mode: str = "paper") -> list[Serial]:
        """Issue a sheet for each of n drawn cases."""
        case = SampleCase(stratum="north", probability="0.01", seal_group="city1", channel="sample")
        with self.world.session() as session:
            wave = session.get_one(Wave, self.world.wave_id)
            before = self.numbers(session)
            issuing.issue_for_cases(
                session,
                wave,
                [case] * n,
                RunPlan(mode=mode, language="zh", decides=decides),
                base_url="http://x",
                keys=self.world.keys,
                actor=self.actor(session, "cai"),
            )
            return [
                Serial(wave_id=wave.id, number=number)
                for number in self.numbers(session)
                if number not in before
            ]

    def numbers(self, session: Session) -> list[int]:
        session.flush()
        return list(
            session.scalars(
                sa.select(KeyingSheet.number)
                .where(KeyingSheet.wave_id == self.world.wave_id)
                .order_by(KeyingSheet.number)
            )
        )

    def key(
        self, serial: Serial, name: str, typed: Mapping[str, str], *, rest_is_blank: bool = False
    ) -> Checked:
        """One person keys one sheet from begin to end."""
        with self.world.session() as session:
            actor = self.actor(session, name)
            entering.begin(session, serial, actor=actor, keys=self.world.keys)
            keying = entering.load(session, serial, actor=actor, keys=self.world.keys)
            keying = entering.read(keying, typed)
            return entering.finish(
                session,
                keying,
                seen_ver=keying.ver,
                rest_is_blank=rest_is_blank,
                actor=actor,
                keys=self.world.keys,
            )

    def decide(self, serial: Serial, name: str, chosen: Mapping[str, str]) -> None:
        with self.world.session() as session:
            settling.decide(session, serial, chosen, actor=self.actor(session, name), keys=self.world.keys)

    def state(self, serial: Serial) -> str:
        with self.world.session() as session:
            return session.get_one(KeyingSheet, (serial.wave_id, serial.number)).state

    def send_all(self) -> list[sending.Sent]:
        """Every settled sheet in a transaction of its own, as the screen does it."""
        with self.world.session() as session:
            found = sending.ready(session, session.get_one(Wave, self.world.wave_id))
        done = []
        for serial in found:
            with self.world.session() as session:
                if (sent := sending.send(session, serial, keys=self.world.keys)) is not None:
                    done.append(sent)
        return done


def open_office(world: World) -> Office:
    """People: three who key, a fieldwork manager."""
    with world.session() as session:
        for name in OPERATORS:
            _person(session, name, Role.KEYING_OPERATOR)
        _person(session, "cai", Role.FIELDWORK)
    return Office(world=world)


def _person(session: Session, name: str, role: Role) -> None:
    user = User(
        username=name,
        display_name=name.title(),
        organisation="keying room",
        password_hash="-",  # nobody signs in here
        created_at=clock.now(session),
    )
    user.roles = [UserRole(role=role.value)]
    session.add(user)


def make_paper(rng: random.Random) -> dict[str, str]:
    """What one respondent wrote: on the route of the small instrument, now and then nothing."""
    paper = {
        "_consent": "1",
        "_slip": rng.choice(("1", BLANK, BLANK)),
        "A1": rng.choice(("north", "south")),
        "A2": rng.choice(("bus", "bus school", "school", "none")),
    }
    paper.update({code: rng.choice(("1", "2", "3", "4", "5", "88", BLANK)) for code in ("R01", "R02", "R03")})
    if "school" in paper["A2"]:
        paper["R04"] = rng.choice("12345")
        paper["T1"] = rng.choice(("学校很好", "too far away", BLANK))
    return paper


def slip_of_finger(value: str, choices: Sequence[str], rng: random.Random) -> str:
    """Another code of the same item: what a tired hand strikes instead."""
    return rng.choice([code for code in choices if code != value])
