"""What an answer must pass, as a formula over the answer (THIS) and everything that its checks look at."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from survey.instrument.expression import Node
from survey.instrument.expression.values import as_text
from survey.instrument.item_values import is_greater
from survey.instrument.lint.domains import (
    Codes,
    Moments,
    Numbers,
    Present,
    Rankings,
    Subsets,
    Texts,
)
from survey.instrument.lint.formulas import Binding, Raw, Term, Use
from survey.instrument.lint.logic import CONTEXT, Logic, names_of
from survey.instrument.lint.search import THIS, Domain
from survey.instrument.program import INTERVIEWER_MODES, MISSING_MARK, Item, Program
from survey.instrument.values import CANONICAL

_MODE = f"{CONTEXT}mode"
_NUMERIC = frozenset({"number", "slider", "year", "duration"})
_MOMENTS = frozenset({"date", "month", "time", "datetime"})


def check_of(logic: Logic, item: Item) -> int:
    """The formula that an answer must make true; a soft constraint can be confirmed and stops nobody."""
    pool = logic.pool
    parts = [pool.true]
    if item.low_from is not None or item.high_from is not None:
        parts.append(pool.term(_bounds(logic, item)))
    if item.choice_filter is not None and item.options:
        parts.append(_filter(logic, item, item.choice_filter))
    if any(option.interviewer_only for option in item.options):
        parts.append(pool.term(_interviewer(item)))
    if item.constraint is not None and not item.soft:
        parts.append(logic.formula(item.constraint, own=item.code))
    return pool.all_of(parts)


def has_room(logic: Logic, item: Item) -> int | None:
    """Whether the bounds of a number leave any value, where nothing but they decide it; None where more does."""
    if item.constraint is not None and not item.soft:
        return None
    if item.kind not in _NUMERIC or (item.low_from is None and item.high_from is None):
        return None
    names = names_of_bounds(item)
    scopes = _bound_values(logic, item)

    def room(binding: Binding) -> bool:
        low, high = scopes(binding)
        grid = numbers_of(item, low=low, high=high)
        return bool(grid.values(Use())[0])

    return logic.pool.term(Term(("room", item.code), names, room, dict.fromkeys(names, Use(closed=False))))


def domain_of(program: Program, item: Item) -> Domain | None:
    """The values that may be given for an item; None where nobody answers it."""
    codes = tuple(option.code for option in item.options)
    if item.read_only:
        default = item.default
        return Codes((default,) if isinstance(default, str) else ())
    if item.kind in ("multi", "units"):
        alone = frozenset(option.code for option in item.options if option.exclusive)
        return Subsets(codes, exclusive=alone, low=max(1, item.min_choices or 1), high=item.max_choices)
    if item.level is not None:
        return Codes(tuple(program.area_codes.get(item.level, ())))
    if item.kind in ("single", "scale"):
        return Codes(codes)
    if item.kind == "ranking":
        return Rankings(codes, low=max(1, item.min_choices or 1), high=item.max_choices)
    if item.kind in _NUMERIC:
        return numbers_of(item, low=item.low, high=item.high)
    missing = tuple(MISSING_MARK + code for code in sorted(item.missing_codes))
    if item.kind in _MOMENTS:
        return Moments(item.kind, low=item.low, high=item.high, missing=missing)
    if item.kind == "text":
        return Texts(missing)
    if item.kind in ("note", "end"):
        return None
    return Codes((), open=True) if item.kind == "computed" else Present()


def numbers_of(item: Item, *, low: str | None, high: str | None) -> Numbers:
    """The numbers of an item between two bounds."""
    step: Decimal | None = Decimal(item.step) if item.step else Decimal(1)
    if item.kind == "number":
        step = None if item.decimals is None else Decimal(1).scaleb(-item.decimals)
    return Numbers(
        low=None if low is None else Decimal(low),
        high=None if high is None else Decimal(high),
        step=step,
        missing=tuple(MISSING_MARK + code for code in sorted(item.missing_codes)),
        base=Decimal(low) if item.kind == "slider" and low is not None else Decimal(0),
    )


def names_of_bounds(item: Item) -> frozenset[str]:
    """The variables that the bounds look at."""
    nodes = (node for node in (item.low_from, item.high_from) if node is not None)
    return frozenset().union(*(names_of(node) for node in nodes))


def _bound_values(logic: Logic, item: Item) -> Callable[[Binding], tuple[str | None, str | None]]:
    terms = {
        name: (node, logic.term(node))
        for name, node in (("low", item.low_from), ("high", item.high_from))
        if node is not None
    }

    def values(binding: Binding) -> tuple[str | None, str | None]:
        found = {"low": item.low, "high": item.high}
        for name, (_, term) in terms.items():
            text = as_text(term.evaluate(binding))  # type: ignore[arg-type]  # terms give values of the language
            found[name] = (
                None if text is None else CANONICAL[item.kind](text[:10] if item.kind == "date" else text)
            )
        return found["low"], found["high"]

    return values


def _bounds(logic: Logic, item: Item) -> Term:
    values = _bound_values(logic, item)
    names = names_of_bounds(item) | {THIS}

    def inside(binding: Binding) -> bool:
        given = binding[THIS]
        if not isinstance(given, str) or given.startswith(MISSING_MARK):
            return True
        low, high = values(binding)
        below = low is not None and is_greater(item, low, given)
        return not below and not (high is not None and is_greater(item, given, high))

    return Term(("bounds", item.code), names, inside, dict.fromkeys(names, Use(closed=False)))


def _filter(logic: Logic, item: Item, condition: Node) -> int:
    """Every chosen option is let through by the filter."""
    pool = logic.pool
    kept = {
        option.code: pool.any_of(
            (pool.negation(_chosen(logic, option.code)), logic.formula(condition, option=option))
        )
        for option in item.options
    }
    return pool.all_of(kept.values())


def _chosen(logic: Logic, code: str) -> int:
    """Whether a code is, or is among, the answer under check."""

    def is_chosen(binding: Binding) -> bool:
        given = binding[THIS]
        return given == code if isinstance(given, str) else code in (given or ())

    uses = {THIS: Use(literals=frozenset({code}))}
    return logic.pool.term(Term(("chosen", code), frozenset({THIS}), is_chosen, uses))


def _interviewer(item: Item) -> Term:
    """Codes that only an interviewer may give."""
    theirs = frozenset(option.code for option in item.options if option.interviewer_only)

    def may(binding: Binding) -> bool:
        given: Raw = binding[THIS]
        codes = (given,) if isinstance(given, str) else given or ()
        return theirs.isdisjoint(codes) or binding[_MODE] in INTERVIEWER_MODES

    uses = {THIS: Use(literals=theirs), _MODE: Use(literals=INTERVIEWER_MODES)}
    return Term(("interviewer", theirs), frozenset(uses), may, uses)
