"""Home of the release document: pure, from the facts to the JSON that the public page shows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from admin.reports import methods, summary, tables
from admin.reports.facts import Document, Facts, WaveFacts
from admin.reports.words import Words, fill, named, words

SCHEMA = "minyi/release/1"


def build_document(facts: Facts) -> dict[str, Any]:  # Any: a JSON document
    """The document of ``docs/release-document.md``; equal facts give an equal document.

    With a block gate not passed it holds the gates, the method statement and the counts, and no result.
    """
    is_blocked = bool(facts.blocked)
    document: dict[str, Any] = {
        "schema": SCHEMA,
        "cycle": facts.cycle,
        "year": facts.year,
        "summary": summary.summary(facts),
        "gates": [_gate(facts, gate) for gate in facts.gates],
        "methods": methods.statements(facts),
        "digests": [{"label": label, "value": value} for label, value in facts.digests],
        "removals": list(removals(facts)),
        "counts": list(counts(facts.waves, facts)),
        "waves": [_wave(wave) for wave in facts.waves],
        "rates": (facts.results["outcomes"] or {}).get("by_group", []),
    }
    if is_blocked:
        return document
    return document | {
        "classes": tables.unit_classes(facts),
        "areas": tables.areas(facts),
        "dimensions": tables.dimensions(facts),
        "shares": tables.shares(facts),
        "open": tables.open_stream(facts),
        "county_bands": facts.results["groups"].get("residents", {}).get("county_bands"),
        "ranks": facts.results["ranks"],
    }


def removals(facts: Facts) -> Iterator[dict[str, Any]]:
    """Records left out, by group and reason; a plain line where there are none."""
    found = False
    for group, counted in facts.by_group("responses").items():
        for reason, n in counted["excluded"].items():
            found = True
            label = fill("{g}：{r}", "{g}: {r}", g=facts.group_names[group], r=named("reason", reason))
            yield {"label": label, "n": n}
        for county, n in counted["set_aside"].items():
            found = True
            label = fill(
                "{g}：搁置的县{c}", "{g}: county {c} set aside", g=facts.group_names[group], c=county
            )
            yield {"label": label, "n": n}
    for reason, n in ((facts.results["open"] or {}).get("excluded") or {}).items():
        found = True
        label = fill("开放入口：{r}", "Open entry: {r}", r=named("reason", reason))
        yield {"label": label, "n": n}
    if not found:
        yield {"label": words("被剔除的答卷", "Answers left out"), "n": 0}


def counts(waves: Any, facts: Facts) -> Iterator[dict[str, Any]]:  # Any: a sequence of waves
    """The count identity over all waves: accepted = participation logs = content logs, and what became of them."""
    totals: dict[str, int] = {}
    for wave in waves:
        for channel, n in wave.channels.items():
            totals[channel] = totals.get(channel, 0) + n
    yield _count(words("收到并封存的答卷", "Answers accepted and sealed"), sum(w.accepted for w in waves))
    yield _count(
        words("参与登记簿中的记录", "Entries in the participation logs"),
        sum(w.participation_log for w in waves),
    )
    yield _count(
        words("内容登记簿中的记录", "Entries in the content logs"), sum(w.content_log for w in waves)
    )
    for channel, n in sorted(totals.items()):
        yield _count(fill("其中：{c}", "Of these: {c}", c=named("channel", channel)), n)
    yield _count(
        words("封存前由本人撤回", "Withdrawn by the respondent before sealing"),
        sum(w.withdrawn for w in waves),
    )
    responses = facts.results["responses"].values()
    yield _count(words("计入年度指数", "In the annual indices"), sum(r["scored"] for r in responses))
    yield _count(
        words("补充样本，只计入单位指数", "Top-up cases, only in their unit's index"),
        sum(r["top_up"] for r in responses),
    )
    yield _count(
        words("平时评价", "Peacetime reviews"),
        sum(w.accepted for w in waves if w.period.startswith("peacetime")),
    )


def _count(label: Words, n: int) -> dict[str, Any]:
    return {"label": label, "n": n}


def _wave(wave: WaveFacts) -> dict[str, Any]:
    return {
        "code": wave.code,
        "title": wave.title,
        "accepted": wave.accepted,
        "waiting": wave.waiting,
        "withdrawn": wave.withdrawn,
        "channels": dict(wave.channels),
        "participation_log": {"size": wave.participation_log, "root": wave.participation_root},
        "content_log": {"size": wave.content_log, "root": wave.content_root},
    }


def _gate(facts: Facts, gate: Document) -> dict[str, Any]:
    """A gate without its evidence, which names small bases."""
    row: dict[str, Any] = {
        "id": gate["id"],
        "level": gate["level"],
        "status": gate["status"],
        "title": words(gate["title"]["zh"], named("gate", gate["id"])["en"]),
        "test": gate["title"]["en"],
        "message": gate["message"],
    }
    if row["title"]["en"] == gate["id"]:  # a gate of another plan: its own words
        row["title"] = dict(gate["title"])
    if gate["id"] in facts.answers:
        row["answer"] = dict(facts.answers[gate["id"]])
    return row
