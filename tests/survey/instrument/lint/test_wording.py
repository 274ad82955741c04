"""What the rules of wording find, what they leave alone, and where they say it."""

from __future__ import annotations

from typing import Any

import pytest

from survey.instrument.lint import wording_en, wording_zh
from survey.instrument.lint.wording import check_wording
from survey.instrument.problems import Problem
from survey.instrument.program import Program
from tests.survey.instrument.make import build


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("您对服务态度和办事效率满意吗？", "和"),
        ("您对环境卫生、治安满意吗？", "、"),
        ("您对本地的养老、托育服务满意吗？", "、"),
        ("您对县、区政府的工作满意吗？", None),
        ("您对学校的师资以及设施满意吗？", "以及"),
        ("工作人员既热情又专业吗？", "既"),
        # “和” as "with", and people who belong together.
        ("和一年前相比，您的生活有什么变化？", None),
        ("您和家人对医院满意吗？", None),
        ("过去12个月里，您和下列哪些单位打过交道？", None),
        ("与其他城市相比，您对本市满意吗？", None),
        ("您对等候的时间满意吗？", None),
        # Words that hold such a character and join nothing.
        ("您对问题答复是否及时这一点满意吗？", None),
        ("您对本地社会和谐的程度满意吗？", None),
        ("您对群众参与决策的机会满意吗？", None),
        ("您对中华人民共和国成立以来的变化怎么看？", None),
        ("您对答复的及时程度和准确程度满意吗？", "和"),
    ],
)
def test_two_things_at_once_in_chinese(text: str, words: str | None) -> None:
    found = wording_zh.RULES.double_barrelled(text)
    assert found is None if words is None else found and words in found


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("How satisfied are you with the price and quality of the service?", "price and quality"),
        ("The staff were friendly and competent.", "friendly and competent"),
        ("How good are the parks as well as the roads?", "as well as"),
        ("How satisfied are you with law and order in your area?", None),
        ("Are you and your family satisfied?", None),
        ("Compare prices between this year and last year.", None),
        ("How satisfied are you with the time it took?", None),
    ],
)
def test_two_things_at_once_in_english(text: str, words: str | None) -> None:
    found = wording_en.RULES.double_barrelled(text)
    assert found is None if words is None else found and words in found


@pytest.mark.parametrize(
    ("rule", "found", "left"),
    [
        (
            wording_zh.RULES.leading,
            ["难道您不认为服务很好吗？", "众所周知，交通改善了，您同意吗？", "您对优质的服务满意吗？"],
            ["您对服务满意吗？", "您觉得本地政府重视普通居民的意见吗？", "请说明优先办理的事项"],
        ),
        (
            wording_en.RULES.leading,
            [
                "Don't you think taxes are too high?",
                "Obviously roads got better. Do you agree?",
                "How great was our excellent service?",
                "Most people agree that parks matter. Do you?",
            ],
            [
                "How satisfied are you with the service?",
                "How well did the staff explain it?",
                "How poorly lit is it?",
            ],
        ),
        (
            wording_zh.RULES.absolute,
            ["工作人员总是准时吗？", "您从不乘坐公交吗？", "所有窗口都开放吗？"],
            ["总的来说，您满意吗？", "所有制形式是什么？", "有没有任何人要求您怎样回答？"],
        ),
        (
            wording_en.RULES.absolute,
            [
                "Are the staff always on time?",
                "Do you never take the bus?",
                "Did everyone greet you?",
                "Should all civil servants retire early?",
            ],
            [
                "All things considered, how is life?",
                "Have you ever used it?",
                "Which apply? Choose all that apply.",
            ],
        ),
        (
            wording_zh.RULES.negations,
            ["您不认为不应该收费吗？", "您是否反对不收费，没有不满？", "没有人不知道这件事吗？"],
            [
                "您是不是本地居民？",
                "您满意吗，还是不满意？",
                "不同部门的答复一致吗？",
                "您有没有不满意的地方？",
            ],
        ),
        (
            wording_en.RULES.negations,
            [
                "Do you disagree that it should not be free?",
                "Was it not unclear?",
                "Nobody failed to help me.",
            ],
            [
                "Are you satisfied or dissatisfied?",
                "Was it not clear?",
                "Whether or not you agree, how likely is it?",
            ],
        ),
    ],
)
def test_each_rule_finds_what_it_should_and_nothing_else(
    rule: Any, found: list[str], left: list[str]
) -> None:
    assert [text for text in found if rule(text) is None] == []
    assert [(text, rule(text)) for text in left if rule(text) is not None] == []


def program(item: dict[str, Any], **section: Any) -> Program:
    """A program of one item."""
    raw = {
        "schema": "minyi/instrument/2",
        "id": "words",
        "title": {"zh": "题", "en": "T"},
        "languages": ["zh", "en"],
        "sections": [
            {"id": "A", "title": {"zh": "甲", "en": "A"}, "questions": [{"id": "Q", **item}], **section}
        ],
    }
    compilation = build(raw)
    assert compilation.program, [problem.message("en") for problem in compilation.problems]
    return compilation.program


def found(item: dict[str, Any], **section: Any) -> dict[tuple[str, str], Problem]:
    """The advice by code and language."""
    return {(p.code, str(p.context["language"])): p for p in check_wording(program(item, **section))}


def points(*labels: tuple[str, str], way_out: bool = True) -> list[dict[str, Any]]:
    """The options of a scale from the highest point down."""
    options: list[dict[str, Any]] = [
        {"code": str(len(labels) - at), "text": {"zh": zh, "en": en}} for at, (zh, en) in enumerate(labels)
    ]
    return [*options, {"code": "88", "missing": True, "text": {"zh": "说不清", "en": "Don't know"}}][
        : None if way_out else -1
    ]


FIVE = points(
    ("非常满意", "Very satisfied"),
    ("满意", "Satisfied"),
    ("一般", "Neither"),
    ("不满意", "Dissatisfied"),
    ("很不满意", "Very dissatisfied"),
)
RATING = {"type": "scale", "text": {"zh": "您对等候时间满意吗？", "en": "How was the waiting time?"}}


def test_a_good_rating_has_no_advice() -> None:
    assert found({**RATING, "options": FIVE}) == {}


def test_length_counts_characters_and_words_without_the_instruction() -> None:
    zh, en = "字" * 26, " ".join(["word"] * 25)
    assert found({"type": "text", "text": {"zh": zh, "en": en}}) == {}
    assert (
        found({"type": "text", "text": {"zh": zh + "（请不要写姓名）", "en": en + " (no names please)"}})
        == {}
    )
    long = found({"type": "text", "text": {"zh": zh + "字", "en": en + " more"}})
    assert long["wording_long_zh", "zh"].context["length"] == 27
    assert long["wording_long_en", "en"].context["length"] == 26
    problem = long["wording_long_zh", "zh"]
    assert (problem.level, problem.where.item, problem.where.field) == ("advice", "Q", "text")


def test_behaviour_needs_a_time_somewhere_in_view() -> None:
    item = {
        "type": "single",
        "text": {"zh": "您去过几次医院？", "en": "How often did you see a doctor?"},
        "options": [
            {"code": "a", "text": {"zh": "一次", "en": "Once"}},
            {"code": "b", "text": {"zh": "更多", "en": "More"}},
        ],
    }
    assert set(found(item)) == {("wording_no_period", "zh"), ("wording_no_period", "en")}
    intro = {"zh": "请回想过去12个月。", "en": "Think of the past 12 months."}
    assert found(item, intro=intro) == {}
    asked = {
        **item,
        "text": {"zh": "近一年您去过几次医院？", "en": "How often did you see a doctor last year?"},
    }
    assert found(asked) == {}


def test_scales_want_labels_balance_and_a_way_out() -> None:
    bare = found({**RATING, "options": points(("5", "5"), ("4", "4"), ("3", "3"), ("2", "2"), ("1", "1"))})
    assert set(bare) == {("scale_unlabelled", "zh"), ("scale_unlabelled", "en")}
    assert bare["scale_unlabelled", "zh"].context["points"] == "5, 4, 3, 2, 1"
    review = points(
        ("非常满意", "Very satisfied"),
        ("满意", "Satisfied"),
        ("基本满意", "Basically satisfied"),
        ("不满意", "Dissatisfied"),
        ("非常不满意", "Very dissatisfied"),
    )
    assert found({**RATING, "options": review})["scale_unbalanced", "zh"].context["sides"] == "3 : 2"
    four = points(("很好", "Excellent"), ("好", "Good"), ("一般", "Fair enough"), ("差", "Poor"))
    assert ("scale_unbalanced", "zh") in found({**RATING, "options": four})
    often = points(("总是", "Always"), ("经常", "Often"), ("很少", "Rarely"), ("从不", "Never"))
    assert found({**RATING, "options": often}) == {}
    assert set(found({**RATING, "options": FIVE[:-1]})) == {("scale_no_way_out", "zh")}
    # Eleven points need their ends only.
    assert ("scale_unlabelled", "zh") not in found(
        {"type": "nps", "text": {"zh": "您会推荐吗？", "en": "Would you recommend it?"}}
        | {"low": {"zh": "不会", "en": "No"}, "high": {"zh": "一定会", "en": "Sure"}}
    )


def test_the_stem_of_a_battery_is_read_once_and_each_row_by_itself() -> None:
    item = {
        "type": "battery",
        "of": "scale",
        "options": FIVE[:-1],
        "text": {"zh": "难道您不满意吗", "en": "How satisfied are you with these"},
        "rows": [
            {"code": "a", "text": {"zh": "水", "en": "Water"}},
            {"code": "b", "text": {"zh": "供电和供气", "en": "Power and gas"}},
        ],
    }
    advice = check_wording(program(item))
    assert [(p.code, p.where.item, p.context["language"]) for p in advice] == [
        ("wording_leading", "Q_a", "zh"),
        ("scale_no_way_out", "Q_a", "zh"),
        ("wording_double", "Q_b", "zh"),
        ("wording_double", "Q_b", "en"),
    ]


def test_other_languages_have_no_rules() -> None:
    raw = {
        "schema": "minyi/instrument/2",
        "id": "words",
        "title": {"de": "T"},
        "languages": ["de"],
        "sections": [
            {
                "id": "A",
                "title": {"de": "A"},
                "questions": [{"id": "Q", "type": "text", "text": {"de": "Wort " * 60}}],
            }
        ],
    }
    compiled = build(raw).program
    assert compiled
    assert check_wording(compiled) == ()
