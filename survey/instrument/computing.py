"""What the expressions of an item come to in one interview: bounds, requirement, constraint, offered options, value."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from survey.instrument.expression import Node, Value, evaluate, holds, references, walk
from survey.instrument.expression.values import as_text
from survey.instrument.path import Reach
from survey.instrument.program import Item, Option, Page, Program
from survey.instrument.scope import AnswerScope, OptionScope, typed
from survey.instrument.state import Answer, AnswerState, answer_key
from survey.instrument.values import CANONICAL


def bounds(reach: Reach, item: Item, unit: str | None) -> tuple[str | None, str | None]:
    """The lowest and highest value in force; a bound that cannot be computed now is none."""
    return (
        item.low if item.low_from is None else _bound(reach, item, item.low_from, unit),
        item.high if item.high_from is None else _bound(reach, item, item.high_from, unit),
    )


def is_required(reach: Reach, item: Item, unit: str | None) -> bool:
    """Whether the item must be answered as things stand."""
    if item.required or item.required_if is None:
        return item.required
    return reach.holds(item.required_if, unit, reach.program.places[item.code].page)


def breaks_constraint(reach: Reach, item: Item, unit: str | None, answer: Answer) -> bool:
    """Whether an answer breaks the constraint of its item; it is looked at as if it were given already."""
    if item.constraint is None:
        return False
    key = answer_key(item.code, unit)
    state = reach.state
    if state.answers.get(key) != answer:
        state = AnswerState(answers={**state.answers, key: answer}, context=state.context, seed=state.seed)
        reach = Reach(reach.program, state)
    page = reach.program.places[item.code].page
    value = typed(answer, item.value_type)
    return not holds(item.constraint, AnswerScope(reach, unit, page=page, value=value))


def offered_value(reach: Reach, item: Item) -> Answer | None:
    """What is offered before anything is answered: the frame's value, else the default of the document."""
    if item.prefill == "frame":
        known = reach.state.context.get(f"frame.{item.code}")
        if known is not None:
            return known
    return list(item.default) if isinstance(item.default, tuple) else item.default


def filtered(
    reach: Reach, condition: Node, options: Iterable[Option], unit: str | None
) -> tuple[Option, ...]:
    """The options that a choice filter lets through."""
    return tuple(option for option in options if holds(condition, OptionScope(reach, unit, option)))


def computed_text(reach: Reach, item: Item, unit: str | None) -> str | None:
    """The value of a computed item as text; None where it is missing."""
    return as_text(reach.computed(item, unit))


def facts(reach: Reach, page: Page, unit: str | None) -> dict[str, Answer]:
    """What the expressions of a page look at that is not on it: answers and computed values, by name."""
    here = {item.code for item in page.items}
    found: dict[str, Answer] = {}
    for name in _names(page):
        place = reach.program.places.get(name)
        if name in here and not (place and place.item.kind == "computed" and place.item.calculation is None):
            continue
        if place is None:
            continue
        at = unit if place.page.repeat is not None else None
        if place.item.kind == "computed":
            value: Answer | None = computed_text(reach, place.item, at)
        else:
            asked = reach.is_asked(place.item, at)
            value = reach.state.answers.get(answer_key(name, at)) if asked else None
        if value:
            found[name] = value
    return found


def page_nodes(page: Page) -> Sequence[Node]:
    """Every expression of the items of a page."""
    nodes = (
        (
            *(item.shown_if, item.required_if, item.constraint, item.low_from, item.high_from),
            *(item.choice_filter, item.calculation),
        )
        for item in page.items
    )
    return [node for several in nodes for node in several if node is not None]


def uses_today(program: Program) -> bool:
    """Whether any expression looks at the day of the interview, which its context must then say."""
    known = program.__dict__.get("uses_today")
    if known is None:
        nodes = [node for page in program.pages for node in (*page_nodes(page), page.shown_if)]
        nodes += [loop.count_from for loop in program.loops] + [quota.where for quota in program.quotas]
        known = any(part.op in ("today", "now") for node in nodes for part in walk(node))
        program.__dict__["uses_today"] = known
    return bool(known)


def _names(page: Page) -> tuple[str, ...]:
    found = (part.name for node in page_nodes(page) for part in references(node) if part.kind == "answer")
    return tuple(dict.fromkeys(found))


def _bound(reach: Reach, item: Item, node: Node, unit: str | None) -> str | None:
    page = reach.program.places[item.code].page
    value: Value = evaluate(node, AnswerScope(reach, unit, page=page))
    text = as_text(value)
    if text is None:
        return None
    if item.kind == "date":
        text = text[:10]
    return CANONICAL[item.kind](text)
