"""What an answer must pass, as a formula over the answer (THIS) and everything that its checks look at."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from survey.instrument.compiling.item_values import is_greater
from survey.instrument.expression import Node, references
from survey.instrument.expression.values import as_text
from survey.instrument.lint.cells import THIS, Domain
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
from survey.instrument.lint.logic import CONTEXT, Logic, names_of, truth
from survey.instrument.program import INTERVIEWER_MODES, MISSING_MARK, Item, Program
from survey.instrument.values import CANONICAL

# More options that a filter tells apart than this are not looked at one by one.
MAX_LOOKS = 400
_MODE = f"{CONTEXT}mode"
_PRESENT = {"file": "simulated", "contact": "given", "geopoint": "30 120 10"}
_NUMERIC = frozenset({"number", "slider", "year", "duration"})
_MOMENTS = frozenset({"date", "month", "time", "datetime"})


def check_of(logic: Logic, item: Item) -> int:
    """The formula that an answer must make true; a soft constraint can be confirmed and stops nobody."""
    pool = logic.pool
    parts = [pool.true]
    if item.low_from is not None or item.high_from is not None:
        parts.append(pool.term(_bounds(logic, item)))
    if item.choice_filter is not None and item.options:
        parts.append(pool.term(_filter(logic, item, item.choice_filter)))
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
    # What the frame gives may be anything.
    if item.read_only and item.prefill is None:
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
    if item.kind in ("note", "end") or item.calculation is not None:
        return None
    if item.kind == "computed":
        return Codes((), open=True)
    return Present(_PRESENT.get(item.kind, "yes"))


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


def option_formulas(logic: Logic, item: Item) -> dict[str, int] | None:
    """By option: whether it is offered. Options that look alike to the filter share a formula; None if too many."""
    if item.choice_filter is None:
        return {option.code: logic.pool.true for option in item.options}
    by_name = any(ref.kind == "column" and ref.name == "name" for ref in references(item.choice_filter))
    seen: dict[object, int] = {}
    found: dict[str, int] = {}
    for option in item.options:
        columns = tuple(sorted((option.columns or {}).items()))
        look = (option.code, columns) if by_name else columns
        if look not in seen:
            if len(seen) >= MAX_LOOKS:
                return None
            seen[look] = logic.formula(item.choice_filter, option=option)
        found[option.code] = seen[look]
    return found


def goes_on(logic: Logic, item: Item, *, blank: int, check: int, domain: Domain | None) -> int | None:
    """When a walk gets past the item; None where too many options would have to be looked at."""
    pool = logic.pool
    if domain is None or blank == pool.true:
        return pool.true
    room = has_room(logic, item)
    if room is not None:
        return pool.any_of((blank, room))
    single = item.kind in ("single", "scale") and item.level is None
    if single and item.choice_filter is not None and item.constraint is None:
        offered = option_formulas(logic, item)
        if offered is None:
            return None
        return pool.any_of(
            (blank, *(offered[o.code] for o in item.options if not (o.screen_out or o.interviewer_only)))
        )
    values, complete = domain.values(_use_of(logic, item, check))
    if len(values) > MAX_LOOKS and check != pool.true:
        return None
    ways = (pool.bind(check, THIS, value) for value in values if not _ends(item, value))
    return pool.any_of((blank, *ways)) if complete or check == pool.true else None


def _use_of(logic: Logic, item: Item, check: int) -> Use:
    use = Use(literals=item.screening_codes)
    for term in logic.pool.terms(check):
        if THIS in term.names:
            use |= term.use(THIS)
    return use


def _ends(item: Item, value: Raw) -> bool:
    codes = (value,) if isinstance(value, str) else value or ()
    return not item.screening_codes.isdisjoint(codes)


def _filter(logic: Logic, item: Item, condition: Node) -> Term:
    """Every chosen option is let through by the filter."""
    terms = {option.code: logic.term(condition, option=option) for option in item.options}
    names = names_of(condition) | {THIS}

    def passes(binding: Binding) -> bool:
        given = binding[THIS]
        codes = (given,) if isinstance(given, str) else given or ()
        return all(code not in terms or truth(terms[code].evaluate(binding)) for code in codes)

    uses = {name: Use(closed=False) for name in names}
    return Term(("filter", item.code), names, passes, uses)


def _interviewer(item: Item) -> Term:
    """Codes that only an interviewer may give."""
    theirs = frozenset(option.code for option in item.options if option.interviewer_only)

    def may(binding: Binding) -> bool:
        given: Raw = binding[THIS]
        codes = (given,) if isinstance(given, str) else given or ()
        return theirs.isdisjoint(codes) or binding[_MODE] in INTERVIEWER_MODES

    uses = {THIS: Use(literals=theirs), _MODE: Use(literals=INTERVIEWER_MODES)}
    return Term(("interviewer", theirs), frozenset(uses), may, uses)
