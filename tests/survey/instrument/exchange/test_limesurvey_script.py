"""ExpressionScript becomes our expressions and goes back; what has no counterpart is named, never guessed."""

from __future__ import annotations

import pytest

from survey.instrument.exchange.limesurvey.reasons import REASONS
from survey.instrument.exchange.limesurvey.rewrite import Place, rewrite_condition, rewrite_value
from survey.instrument.exchange.limesurvey.script import ScriptError, parse_script
from survey.instrument.exchange.limesurvey.tables import join
from survey.instrument.exchange.limesurvey.variables import Variables, read_variables
from survey.instrument.exchange.limesurvey.write_script import write_script
from survey.instrument.exchange.limesurvey.xml import read_tables
from survey.instrument.expression import parse
from tests.survey.instrument.exchange.limesurvey_files import answer, attribute, older, question, sub


@pytest.fixture(scope="module")
def variables() -> Variables:
    raw = older(
        [
            question("1", "num", "N"),
            question("2", "txt", "S"),
            question("3", "one", "L", other="Y"),
            question("4", "many", "M", other="Y"),
            question("5", "rows", "A"),
            question("6", "dual", "1"),
            question("7", "grid", ":"),
            question("8", "boxes", ":"),
            question("9", "rank", "R"),
            question("10", "day", "D"),
            question("11", "said", "P"),
            question("12", "list", "O"),
            question("13", "show", "X"),
            question("14", "amounts", "K"),
        ],
        [
            *(sub("41", "4", "a"), sub("42", "4", "b"), sub("51", "5", "x"), sub("61", "6", "y")),
            *(sub("71", "7", "r"), sub("72", "7", "c", "1"), sub("81", "8", "r"), sub("82", "8", "c", "1")),
            *(sub("111", "11", "a"), sub("141", "14", "k1"), sub("142", "14", "k2")),
        ],
        [*(answer("3", "1"), answer("9", "p"), answer("9", "q"), answer("12", "1"))],
        [attribute("8", "multiflexible_checkbox", "1")],
    )
    return read_variables(join(read_tables(raw)).survey)


# The expression there, the condition here.
CONDITIONS = [
    ("num > 10", "${num} > 10"),
    ("num.NAOK ge 10 and num le 12.50", "${num} >= 10 and ${num} <= 12.50"),
    ("!(num == 1) || num != 2", "not(${num} = 1) or ${num} != 2"),
    ("!is_empty(txt)", "${txt} != ''"),
    ("is_empty(txt.NAOK)", "${txt} = ''"),
    ("one == 1", "${one} = '1'"),
    ('one.NAOK == "-oth-"', "${one} = 'other'"),
    ("one > 1", "number(${one}) > 1"),
    ("txt > 5", "number(${txt}) > 5"),
    ("'5' < num", "5 < ${num}"),
    ('many_a == "Y"', "selected(${many}, 'a')"),
    ('many_a != "Y"', "not(selected(${many}, 'a'))"),
    ("many_a == '' or many_b", "not(selected(${many}, 'a')) or selected(${many}, 'b')"),
    ("is_empty(many_b)", "not(selected(${many}, 'b'))"),
    ("many_other != ''", "${many_other_text} != ''"),
    ("one_other == 'x'", "${one_other_text} = 'x'"),
    ("rows_x == 5", "${rows_x} = '5'"),
    ("dual_y_0 == dual_y_1", "${dual_y_0} = ${dual_y_1}"),
    ("grid_r_c + 1 > 3", "${grid_r_c} + 1 > 3"),
    ("boxes_r_c == 1", "selected(${boxes_r}, 'c')"),
    ("rank_1 == 'p'", "selected-at(${rank}, 0) = 'p'"),
    ("1X1X1 > 2", "${num} > 2"),
    ('1X1X4a == "Y"', "selected(${many}, 'a')"),
    ("1X1X6y#1 == 2", "${dual_y_1} = '2'"),
    ("day > '2020-01-31'", "${day} > date('2020-01-31')"),
    ("said_acomment != ''", "${said_comment_a} != ''"),
    ("list_comment != ''", "${list_comment} != ''"),
    ("count(that.many.NAOK) > 1", "count-selected(${many}) > 1"),
    ("count(many_a, many_b) == 2", "count-selected(${many}) = 2"),
    ("count(many_a.NAOK, num) > 1", "if(selected(${many}, 'a'), 1, 0) + if(${num} != '', 1, 0) > 1"),
    ("count(num, txt) > 1", "count(${num}, ${txt}) > 1"),
    ("sum(that.amounts.NAOK) == 100", "sum(${amounts_k1}, ${amounts_k2}) = 100"),
    ("sum(that.amounts.sq_k2) > 1", "sum(${amounts_k2}) > 1"),
    ("countif('1', one, num) > 1", "if(${one} = '1', 1, 0) + if(${num} = 1, 1, 0) > 1"),
    ("countifop('>=', 3, num, amounts_k1) > 0", "if(${num} >= 3, 1, 0) + if(${amounts_k1} >= 3, 1, 0) > 0"),
    ("sumifop('<', 5, num) > 0", "if(${num} < 5, ${num}, 0) > 0"),
    ("is_numeric(num)", "${num} != ''"),
    ("is_numeric(txt)", r"regex(${txt}, '^\s*-?[0-9]+(\.[0-9]+)?\s*$')"),
    ("strlen(txt) > 3", "string-length(${txt}) > 3"),
    ("strpos(txt, '@') > 0", "contains(substr(${txt}, 1), '@')"),
    ("regexMatch('/^a\\/b$/i', txt)", "regex(${txt}, '(?i)^a/b$')"),
    ("if(num > 1, 'a', 'b') == 'a'", "if(${num} > 1, 'a', 'b') = 'a'"),
    ("intval(num / 2) * 2 == num", "int(${num} div 2) * 2 = ${num}"),
    ("num - (1 - 1) > 0", "${num} - (1 - 1) > 0"),
    ("-num < 0", "-${num} < 0"),
    ("num", "${num} != 0"),
    ("txt", "${txt} != ''"),
    ("0", "false()"),
    ("LANG == 'en'", "context('language') = 'en'"),
    ("implode(', ', txt, num) == 'x'", "join(', ', ${txt}, ${num}) = 'x'"),
    ("txt == 'it\\'s'", '${txt} = "it\'s"'),
    ("(num > 1) == 1", "${num} > 1"),
]


@pytest.mark.parametrize(("script", "wanted"), CONDITIONS)
def test_a_condition_is_rewritten(variables: Variables, script: str, wanted: str) -> None:
    assert rewrite_condition(script, Place(variables=variables, qid="1")) == wanted
    assert parse(wanted).node is not None


@pytest.mark.parametrize(("script", "wanted"), CONDITIONS)
def test_it_goes_back_and_means_the_same(variables: Variables, script: str, wanted: str) -> None:
    place = Place(variables=variables, qid="1")
    written = write_script(wanted, place)
    assert written is not None
    assert rewrite_condition(written, place) == wanted


VALIDATIONS = [
    ("this > 3", "num", ". > 3"),
    ("is_empty(this.NAOK) || this >= num", "txt", ". = '' or number(.) >= ${num}"),
    ("num.NAOK > 3", "num", ". > 3"),
    ("count(self.NAOK) <= 2", "many", "count-selected(.) <= 2"),
    ('many_a == "Y"', "many", "selected(., 'a')"),
]


@pytest.mark.parametrize(("script", "name", "wanted"), VALIDATIONS)
def test_a_validation_looks_at_the_value_itself(
    variables: Variables, script: str, name: str, wanted: str
) -> None:
    qid = variables.qid_of(name)
    place = Place(variables=variables, qid=qid, this=variables.named(name), dot=True)
    assert rewrite_condition(script, place) == wanted
    written = write_script(wanted, place)
    assert written is not None
    assert rewrite_condition(written, place) == wanted


REFUSED = [
    ("num = 5", "assignment"),
    ("num +", "unreadable"),
    ("num # 3", "unreadable"),
    ("rand(1, 2)", "function"),
    ("nosuch > 1", "unknown_name"),
    ("TOKEN:ATTRIBUTE_1 == 1", "token"),
    ("num.question == 'x'", "suffix"),
    ("show == 'x'", "no_value"),
    ("self > 1", "set_outside_function"),
    ("that.many.NAOK == 'Y'", "set_outside_function"),
    ("is_empty(num, txt)", "arguments"),
    ("regexMatch('/(a)\\\\1/', txt)", "pattern"),
    ("(" * 60 + "1" + ")" * 60, "too_deep"),
    ("1" + "+1" * 2_500, "too_large"),
    ("x" * 30_000, "too_large"),
    ("countifop('RX', 'a', txt)", "function"),
    ("strpos(txt, 'a') > 7", "function"),
]


@pytest.mark.parametrize(("script", "reason"), REFUSED, ids=[script[:20] for script, _ in REFUSED])
def test_what_has_no_counterpart_is_named(variables: Variables, script: str, reason: str) -> None:
    with pytest.raises(ScriptError) as refusal:
        rewrite_value(script, Place(variables=variables, qid="4"))
    assert refusal.value.reason == reason
    assert reason in REASONS


@pytest.mark.parametrize(
    "text",
    ["${nobody} = 1", "context('mode') = 'web'", "position(..) = 1", "days-between(${day}, today())", "(("],
)
def test_what_they_have_no_word_for_is_not_written(variables: Variables, text: str) -> None:
    assert write_script(text, Place(variables=variables)) is None


def test_precedence_is_that_of_their_manual() -> None:
    tree = parse_script("a || b && !c == d + e * -f")
    assert [tree.op, tree.parts[1].op, tree.parts[1].parts[1].op] == ["||", "&&", "=="]
    assert tree.parts[1].parts[1].parts[1].parts[1].parts[1].op == "minus"
