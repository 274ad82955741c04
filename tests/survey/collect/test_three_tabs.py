"""Pages from three windows, sent twice, late and out of order: no newer answer is ever undone unseen."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from survey.collect import drafts, pages
from survey.collect.typed import Window
from tests.survey.interviews import begin, small_program

VALUES = {
    "A": [{"A1": ["north"]}, {"A1": ["south"], "A2": ["bus"]}, {"A1": ["south"], "A2": ["none"]}],
    "B": [{"R01": ["5"]}, {"R01": ["1"], "R02": ["2"]}, {"R01": ["3"]}],
}
TABS = ("left", "middle", "right")


@dataclass(frozen=True)
class Message:
    """A page on its way: what it holds, the version it was made from, and whether it is only typed."""

    tab: str
    page: str
    raw: dict[str, list[str]]
    seen: int
    turn: int
    is_typed: bool


@dataclass
class Oracle:
    """What must hold, said as simply as can be: by page the last answers taken and the version that took them."""

    taken: dict[str, tuple[int, dict[str, list[str]]]] = field(default_factory=dict)
    typed: dict[str, list[tuple[int, str]]] = field(default_factory=dict)

    def may_take(self, message: Message) -> bool:
        """Whether whoever sent it had seen what stands on its page."""
        return self.taken.get(message.page, (0, {}))[0] <= message.seen

    def must_take(self, message: Message) -> bool:
        """Whether nothing at all stands against it."""
        others = [ver for ver, tab in self.typed.get(message.page, ()) if tab != message.tab]
        return self.may_take(message) and all(ver <= message.seen for ver in others)


def _answers(document):
    state = document.state.answers
    pages_of = {page: {key for value in VALUES[page] for key in value} for page in VALUES}
    return {
        page: {
            key: state[key] if isinstance(state[key], list) else [state[key]] for key in keys if key in state
        }
        for page, keys in pages_of.items()
    }


steps = st.lists(
    st.one_of(
        st.tuples(st.just("open"), st.sampled_from(TABS), st.sampled_from("AB")),
        st.tuples(st.just("send"), st.sampled_from(TABS), st.integers(0, 2)),
        st.tuples(st.just("type"), st.sampled_from(TABS), st.integers(0, 2)),
        st.tuples(st.just("arrive"), st.integers(0, 9), st.just(0)),
    ),
    min_size=4,
    max_size=24,
)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=steps)
def test_no_order_of_arrival_undoes_what_its_sender_had_not_seen(world, steps):
    with world.session() as session:
        started = begin(world, session)
        at = started.draft.document.opened_at
        oracle, sent, opened, turns = Oracle(), [], {}, dict.fromkeys(TABS, 0)
        for act, first, second in steps:
            if act == "open":
                opened[first] = (second, drafts.load(session, started.secret, keys=world.keys).ver)
            elif act in ("send", "type") and first in opened:
                page, seen = opened[first]
                turns[first] += 1
                sent.append(Message(first, page, VALUES[page][second], seen, turns[first], act == "type"))
            elif act == "arrive" and sent:
                _deliver(world, session, started.secret, sent[first % len(sent)], oracle, at=at)


def _deliver(world, session, secret, message, oracle, *, at):
    before = drafts.load(session, secret, keys=world.keys)
    about = {"program": small_program(), "seen_ver": message.seen, "at": at, "keys": world.keys}
    window = Window(name=message.tab, turn=message.turn)
    refused = False
    try:
        if message.is_typed:
            pages.keep_typed(session, before, message.page, message.raw, window=window, **about)
        else:
            pages.save_page(session, before, message.page, message.raw, window=window, **about)
    except drafts.StaleDraft:
        refused = True
    after = drafts.load(session, secret, keys=world.keys)
    was, now = _answers(before.document), _answers(after.document)
    other = "AB".replace(message.page, "")
    assert now[other] == was[other]  # a page never changes another one
    if message.is_typed:
        assert now == was  # what is typed is no answer
        if after.ver > before.ver:
            oracle.typed.setdefault(message.page, []).append((after.ver, message.tab))
        return
    if refused:
        assert now == was
        assert not oracle.must_take(message)
    elif oracle.may_take(message):
        assert now[message.page] == message.raw
        if after.ver > before.ver:
            oracle.taken[message.page] = (after.ver, message.raw)
            oracle.typed.pop(message.page, None)
    else:
        # A copy of what stands there already, or of what was taken and not changed since: nothing to choose.
        assert now == was
        assert oracle.taken[message.page][1] == message.raw
