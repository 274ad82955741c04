"""Home of literals of R: texts, numbers, domains and scales of a plan, in plain ASCII that cannot become code."""

from collections.abc import Iterable, Mapping

from analysis.plan import DomainPlan, Scale


def r_text(text: str) -> str:
    """A literal of R in plain ASCII, whatever the text holds."""
    return '"' + "".join(_character(one) for one in text) + '"'


def r_texts(texts: Iterable[str]) -> str:
    """A vector of texts."""
    found = [r_text(one) for one in texts]
    return f"c({', '.join(found)})" if found else "character()"


def r_numbers(values: Iterable[float]) -> str:
    """A vector of numbers with every digit."""
    return "c(" + ", ".join(repr(float(value)) for value in values) + ")"


def r_scale(scale: Scale | None) -> str:
    """The ends of a scale, NULL without one."""
    return "NULL" if scale is None else f"c({scale.low!r}, {scale.high!r})"


def r_where(where: Mapping[str, tuple[str, ...]]) -> str:
    """Columns and the labels that are kept."""
    return (
        "list(" + ", ".join(f"{r_text(column)} = {r_texts(labels)}" for column, labels in where.items()) + ")"
    )


def r_domains(domains: DomainPlan) -> str:
    """The arguments `by` and `where` of an estimate."""
    return f"by = {r_texts(domains.by)}, where = {r_where(domains.where)}"


def _character(one: str) -> str:
    if one in '"\\':
        return f"\\{one}"
    if " " <= one <= "~":
        return one
    return f"\\u{{{ord(one):x}}}" if ord(one) <= 0xFFFF else f"\\U{{{ord(one):x}}}"
