"""Home of one group's whole simulated fieldwork, in the order in which it happens."""

from __future__ import annotations

from collections.abc import Iterator

from admin.demo.simulate import planted as problems
from admin.demo.simulate.answers import Interviews, answer_all
from admin.demo.simulate.businesses import draw_enterprises, draw_individual_businesses
from admin.demo.simulate.facts import GROUPS, PEACETIME, Content
from admin.demo.simulate.marks import add_marks
from admin.demo.simulate.model import AnswerModel, answer_model
from admin.demo.simulate.persons import Persons
from admin.demo.simulate.representatives import draw_roster
from admin.demo.simulate.residents import draw_residents
from admin.demo.simulate.service_users import draw_peacetime, draw_service_users


def draw_persons(content: Content, seed: int, model: AnswerModel, *, group: str) -> Persons:
    """The people of a group who take part, before fieldwork marks and answers."""
    match group:
        case "residents":
            return draw_residents(content, seed, model)
        case "enterprises":
            return draw_enterprises(content, seed, model)
        case "individual_businesses":
            return draw_individual_businesses(content, seed, model)
        case "service_users":
            return draw_service_users(content, seed, model)
        case "service_users_peacetime":
            return draw_peacetime(content, seed, model)
        case _:
            return draw_roster(content, seed, model, group=group)


def interviews(content: Content, seed: int, *, group: str, planted: bool = False) -> Interviews:
    """Every interview of a group; with `planted` the problems of `simulation.yaml` among them."""
    model = answer_model(content, seed)
    persons = draw_persons(content, seed, model, group=group)
    add_marks(content, seed, persons)
    if planted:
        problems.plant(content, seed, persons)
    return answer_all(content, seed, persons, model, problems.manner(content))


def all_interviews(
    content: Content, seed: int, *, planted: bool = False, peacetime: bool = False
) -> Iterator[Interviews]:
    """The annual survey group by group, on request with the peacetime reviews at the end."""
    for group in (*GROUPS, PEACETIME) if peacetime else GROUPS:
        yield interviews(content, seed, group=group, planted=planted)
