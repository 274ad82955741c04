"""LimeSurvey files made here, in both layouts, as people and old servers really leave them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

Rows = Sequence[Mapping[str, str]]

HOSTILE = (
    '<script>alert(1)</script><img src=x onerror=alert(2)><b onclick="alert(3)">bold</b>'
    '<a href="javascript:alert(4)">link</a><style>*{display:none}</style>&lt;svg onload=alert(5)&gt; "quoted" \'single\''
)


def lime_file(
    *,
    db: str = "600",
    kind: str = "Survey",
    languages: Sequence[str] = ("en",),
    cdata: bool = True,
    encoding: str = "UTF-8",
    head: str = "",
    **tables: Rows,
) -> bytes:
    """A file of the given tables; every row names only the cells it has."""
    parts = [f'<?xml version="1.0" encoding="{encoding}"?>', head, "<document>"]
    parts.append(f" <LimeSurveyDocType>{kind}</LimeSurveyDocType>\n <DBVersion>{db}</DBVersion>")
    parts.append("<languages>" + "".join(f"<language>{tag}</language>" for tag in languages) + "</languages>")
    for name, rows in tables.items():
        columns = dict.fromkeys(column for row in rows for column in row)
        fields = "".join(f"<fieldname>{column}</fieldname>" for column in columns)
        written = "".join(f"<row>{_cells(row, cdata=cdata)}</row>" for row in rows)
        parts.append(f"<{name}><fields>{fields}</fields><rows>{written}</rows></{name}>")
    return "\n".join([*parts, "</document>"]).encode(encoding)


def _cells(row: Mapping[str, str], *, cdata: bool) -> str:
    if not cdata:
        return "".join(f"<{name}>{escape(value)}</{name}>" for name, value in row.items())
    return "".join(
        f"<{name}/>"
        if value == ""
        else f"<{name}><![CDATA[{value.replace(']]>', ']]]]><![CDATA[>')}]]></{name}>"
        for name, value in row.items()
    )


def survey_rows(language: str = "en", more: str = "", **settings: str) -> dict[str, Rows]:
    """The two tables about the survey itself."""
    tags = [language, *more.split()]
    return {
        "surveys": [{"sid": "1", "language": language, "additional_languages": more, **settings}],
        "surveys_languagesettings": [
            {"surveyls_survey_id": "1", "surveyls_language": tag, "surveyls_title": f"Survey {tag}"}
            for tag in tags
        ],
    }


def group(gid: str, name: str = "Group", **more: str) -> dict[str, str]:
    """A group of the older layout."""
    return {"gid": gid, "sid": "1", "group_name": name, "group_order": gid, "language": "en", **more}


def question(qid: str, title: str, kind: str, **more: str) -> dict[str, str]:
    """A question of the older layout."""
    row = {"qid": qid, "parent_qid": "0", "sid": "1", "gid": "1", "type": kind, "title": title}
    return {
        **row,
        "question": f"Question {title}",
        "question_order": qid,
        "language": "en",
        "relevance": "1",
        **more,
    }


def sub(qid: str, parent: str, title: str, scale: str = "0", **more: str) -> dict[str, str]:
    """A sub-question of the older layout."""
    return {**question(qid, title, "T", **more), "parent_qid": parent, "scale_id": scale}


def answer(qid: str, code: str, text: str = "", scale: str = "0", **more: str) -> dict[str, str]:
    """An answer option of the older layout."""
    row = {"qid": qid, "code": code, "answer": text or f"Answer {code}", "sortorder": code[-1:]}
    return {**row, "language": "en", "scale_id": scale, "assessment_value": "0", **more}


def attribute(qid: str, name: str, value: str, language: str = "") -> dict[str, str]:
    """A setting of a question."""
    return {"qid": qid, "attribute": name, "value": value, "language": language}


def older(
    questions: Rows,
    subquestions: Rows = (),
    answers: Rows = (),
    attributes: Rows = (),
    db: str = "177",
    groups: Rows = (),
    **more: Rows,
) -> bytes:
    """A file of the older layout with one group, unless groups are given."""
    return lime_file(
        db=db,
        groups=groups or [group("1")],
        questions=questions,
        subquestions=subquestions,
        answers=answers,
        question_attributes=attributes,
        **{**survey_rows(), **more},
    )


def every_type() -> bytes:
    """All 29 types in one file of the older layout, with sub-questions and answers where they have any."""
    types = "15ABCDEFGHIKLMNOPQRSTUXY!*|:;"
    questions = [question(str(at), f"q{at}", kind) for at, kind in enumerate(types, start=1)]
    subquestions, answers = [], []
    for row in questions:
        qid, kind = row["qid"], row["type"]
        if kind in "1ABCEFHKMPQ:;":
            subquestions += [sub(f"{qid}0{n}", qid, f"SQ{n}") for n in (1, 2)]
        if kind in ":;":
            subquestions += [sub(f"{qid}1{n}", qid, f"C{n}", "1") for n in (1, 2)]
        if kind in "1FHLOR!":
            answers += [answer(qid, f"A{n}") for n in (1, 2)]
        if kind == "1":
            answers += [answer(qid, f"A{n}", scale="1") for n in (1, 2)]
    return older(questions, subquestions, answers, [attribute("26", "equation", "{q15 * 2}")])


def two_layouts() -> dict[str, bytes]:
    """The same survey in two languages, as an old and as a new server write it."""
    old_questions = [
        {**question("5", "sat", "L"), "language": tag, "question": text}
        for tag, text in (("zh-Hans", "满意吗？"), ("en", "Satisfied?"))
    ]
    old_answers = [
        {**answer("5", code), "language": tag, "answer": f"{code} {tag}"}
        for code in "12"
        for tag in ("zh-Hans", "en")
    ]
    groups = [group("1", f"Group {tag}", language=tag) for tag in ("zh-Hans", "en")]
    common = survey_rows("zh-Hans", "en")
    tags = ("zh-Hans", "en")
    old = lime_file(
        db="177", languages=tags, groups=groups, questions=old_questions, answers=old_answers, **common
    )
    new = lime_file(
        db="425",
        languages=tags,
        groups=[{"gid": "1", "sid": "1", "group_order": "1"}],
        group_l10ns=[{"id": "1", "gid": "1", "group_name": f"Group {tag}", "language": tag} for tag in tags],
        questions=[
            {
                name: text
                for name, text in question("5", "sat", "L").items()
                if name not in ("question", "language")
            }
        ],
        question_l10ns=[
            {"id": "1", "qid": "5", "question": row["question"], "help": "", "language": row["language"]}
            for row in old_questions
        ],
        answers=[
            {"aid": code, "qid": "5", "code": code, "sortorder": code, "scale_id": "0"} for code in "12"
        ],
        answer_l10ns=[
            {"id": "1", "aid": row["code"], "answer": row["answer"], "language": row["language"]}
            for row in old_answers
        ],
        **common,
    )
    return {"older": old, "newer": new}


def hostile() -> bytes:
    """Markup, script and braces in every cell that a person can fill in."""
    questions = [
        question(
            "1", "<b>q</b>", "L", question=HOSTILE, help=HOSTILE, preg=HOSTILE, other="Y", relevance=HOSTILE
        ),
        question("2", HOSTILE, "M", question=HOSTILE),
        question("3", "q3", "X", question="{" + HOSTILE + "}"),
        question("4", "q4", "F", question=HOSTILE, relevance='q3 == "</script>"'),
    ]
    return older(
        questions,
        [sub("21", "2", HOSTILE, question=HOSTILE), sub("41", "4", '"><i>', question=HOSTILE)],
        [answer("1", HOSTILE, HOSTILE), answer("4", "<a>", HOSTILE)],
        [
            attribute("1", name, HOSTILE)
            for name in ("prefix", "other_replace_text", "em_validation_q", HOSTILE)
        ],
        groups=[group("1", HOSTILE, description=HOSTILE, grelevance=HOSTILE, randomization_group=HOSTILE)],
        quota=[{"id": "1", "sid": "1", "name": HOSTILE, "qlimit": HOSTILE}],
        surveys_languagesettings=[
            {
                "surveyls_language": "en",
                **dict.fromkeys(
                    (
                        "surveyls_title",
                        "surveyls_description",
                        "surveyls_welcometext",
                        "surveyls_endtext",
                        "surveyls_url",
                    ),
                    HOSTILE,
                ),
            }
        ],
        assessments=[{"id": "1", "name": HOSTILE}],
        plugin_settings=[{"name": HOSTILE}],
    )


def conditions() -> bytes:
    """The older rows of conditions: two scenarios, boxes, patterns, references, no answer."""

    def condition(
        qid: str, cqid: str, field: str, method: str, value: str, scenario: str = "1"
    ) -> dict[str, str]:
        row = {"cid": "1", "qid": qid, "cqid": cqid, "cfieldname": field, "method": method}
        return {**row, "value": value, "scenario": scenario}

    return older(
        [question(str(n), f"q{n}", kind) for n, kind in enumerate("LMNSTTTTT", start=1)],
        [sub("21", "2", "a"), sub("22", "2", "b")],
        [answer("1", "A1"), answer("1", "A2")],
        db="359",
        conditions=[
            condition("5", "1", "1X1X1", "==", "A1"),
            condition("5", "1", "1X1X1", "==", "A2"),
            condition("5", "3", "1X1X3", ">=", "18"),
            condition("5", "2", "1X1X2", "==", "b", "2"),
            condition("6", "2", "+1X1X2a", "==", "Y"),
            condition("6", "2", "+1X1X2b", "==", "Y"),
            condition("7", "4", "1X1X4", "RX", "^a/b$"),
            condition("7", "3", "1X1X3", "<", "@1X1X4@"),
            condition("8", "1", "1X1X1", "!=", "A1"),
            condition("9", "1", "1X1X1", "==", " "),
        ],
    )


def quotas() -> bytes:
    """Quotas over several questions, a box, a row, "other"; one without members, one of them switched off."""

    def quota(number: str, limit: str = "10", **more: str) -> dict[str, str]:
        return {
            "id": number,
            "sid": "1",
            "name": f"Quota {number}",
            "qlimit": limit,
            "action": "1",
            "active": "1",
            **more,
        }

    def member(quota_id: str, qid: str, code: str) -> dict[str, str]:
        return {"id": "1", "sid": "1", "qid": qid, "quota_id": quota_id, "code": code}

    return older(
        [
            question("1", "sex", "G"),
            question("2", "work", "L", other="Y"),
            question("3", "use", "M"),
            question("4", "rate", "A"),
        ],
        [sub("31", "3", "bus"), sub("41", "4", "price")],
        [answer("2", "1"), answer("2", "2")],
        quota=[
            quota("1"),
            quota("2", action="2"),
            quota("3", active="0"),
            quota("4"),
            quota("5", "many"),
            quota("6"),
        ],
        quota_members=[
            *(member("1", "1", "F"), member("1", "2", "1"), member("1", "2", "-oth-")),
            *(member("2", "3", "bus"), member("2", "4", "price-5")),
            *(member("3", "1", "M"), member("5", "1", "M"), member("6", "99", "1")),
        ],
        quota_languagesettings=[
            {
                "quotals_id": "1",
                "quotals_quota_id": "1",
                "quotals_language": "en",
                "quotals_message": "Full, <b>sorry</b>.",
            }
        ],
    )


def rows_with_conditions() -> bytes:
    """Rows with conditions of their own, and rows that follow the boxes of another question."""
    return older(
        [
            question("1", "used", "M"),
            question("2", "rate", "F"),
            question("3", "rest", "Q"),
            question("4", "more", "M", relevance='used_a == "Y"'),
        ],
        [
            *(sub("11", "1", "a"), sub("12", "1", "b")),
            *(sub("21", "2", "a"), sub("22", "2", "b", relevance="count(that.used.NAOK) > 1")),
            *(sub("31", "3", "a", relevance='used_a.NAOK != "Y"'), sub("32", "3", "b")),
            *(sub("41", "4", "x", relevance="used_b == 'Y'"), sub("42", "4", "y")),
        ],
        [answer("2", "1"), answer("2", "2")],
        [
            attribute("2", "array_filter", "used"),
            attribute("3", "array_filter_exclude", "used"),
            attribute("4", "array_filter", "used"),
        ],
    )


def crooked() -> bytes:
    """Codes that are empty, doubled, Chinese or endless; groups out of order, one of them empty; rows of nothing."""
    return older(
        [
            question("9", "", "S", question_order="3"),
            question("8", "年龄", "N", question_order="1"),
            question("7", "x" * 90, "L", question_order="2", gid="2"),
            question("6", "dup", "S", gid="2"),
            question("5", "dup", "W", gid="2"),
            question("4", "1a b", "L", gid="77"),
        ],
        [sub("70", "7", "nothing"), sub("71", "999", "orphan"), sub("72", "8", "")],
        [answer("7", ""), answer("7", "a b"), answer("7", "a@b"), answer("7", "a b"), answer("999", "1")],
        groups=[
            group("3", "Last", group_order="9"),
            group("2", "", group_order="0"),
            group("1", "Middle", group_order="5"),
        ],
        defaultvalues=[
            {
                "qid": "7",
                "scale_id": "0",
                "sqid": "0",
                "language": "en",
                "specialtype": "",
                "defaultvalue": "a b",
            },
            {
                "qid": "7",
                "scale_id": "0",
                "sqid": "0",
                "language": "en",
                "specialtype": "other",
                "defaultvalue": "x",
            },
            {
                "qid": "8",
                "scale_id": "0",
                "sqid": "0",
                "language": "en",
                "specialtype": "",
                "defaultvalue": "{7 * 6}",
            },
            {
                "qid": "404",
                "scale_id": "0",
                "sqid": "0",
                "language": "en",
                "specialtype": "",
                "defaultvalue": "1",
            },
        ],
    )


def tongues() -> bytes:
    """Languages of every kind, one of which nobody knows; some texts lack some of them."""
    tags = ("ar", "de-informal", "ug", "zh-Hant-HK", "klingonish", "zh-Hans")
    return lime_file(
        db="493",
        languages=tags,
        groups=[{"gid": "1", "sid": "1", "group_order": "1"}],
        questions=[{"qid": "1", "gid": "1", "type": "Y", "title": "ja", "relevance": "1"}],
        question_l10ns=[{"id": "1", "qid": "1", "question": f"{tag}?", "language": tag} for tag in tags[:4]],
        **survey_rows("ug", "ar de-informal zh-Hant-HK klingonish zh-Hans"),
    )


def programs() -> bytes:
    """Expressions that do more than ask, or are none."""
    scripts = [
        "q1.NAOK = 5",
        "rand(1, 6) > 3",
        "TOKEN:ATTRIBUTE_1 == 'x'",
        "(" * 80 + "1" + ")" * 80,
        "q1 >",
        "nosuch.NAOK == 1",
        "self.NAOK > 3",
        "is_empty(q1, q2)",
        "regexMatch('/(a)\\\\1/', q1)",
        "strtotime(q1) > time()",
        "1" + " + 1" * 3_000,
    ]
    return older(
        [
            question("1", "q1", "S"),
            *(question(str(n), f"q{n}", "S", relevance=script) for n, script in enumerate(scripts, start=2)),
        ]
    )


def parts() -> dict[str, bytes]:
    """A group alone and a question alone."""
    return {
        "group": lime_file(
            kind="Group",
            db="359",
            groups=[group("7")],
            questions=[question("1", "a", "N", gid="7")],
        ),
        "question": lime_file(
            kind="Question",
            db="425",
            questions=[
                {
                    "qid": "3",
                    "parent_qid": "0",
                    "sid": "1",
                    "gid": "9",
                    "type": "L",
                    "title": "a",
                    "relevance": "1",
                }
            ],
            question_l10ns=[{"id": "1", "qid": "3", "question": "One?", "language": "en"}],
            answers=[{"aid": "1", "qid": "3", "code": "1", "scale_id": "0"}],
            answer_l10ns=[{"id": "1", "aid": "1", "answer": "Yes", "language": "en"}],
        ),
    }


def encodings() -> dict[str, bytes]:
    """The same file in the encodings that servers have used."""
    rows = [question("1", "a", "S", question="Grüße?")]
    made = {
        name: lime_file(encoding=name, groups=[group("1")], questions=rows, **survey_rows())
        for name in ("UTF-8", "UTF-16", "ISO-8859-15")
    }
    plain = lime_file(cdata=False, groups=[group("1")], questions=rows, **survey_rows())
    return {**made, "mark": b"\xef\xbb\xbf" + made["UTF-8"], "plain": plain}


def nasty_files() -> dict[str, bytes]:
    """Everything of the above by name."""
    several = {**two_layouts(), **parts(), **encodings()}
    return {
        **several,
        "every_type": every_type(),
        "hostile": hostile(),
        "conditions": conditions(),
        "quotas": quotas(),
        "rows": rows_with_conditions(),
        "crooked": crooked(),
        "tongues": tongues(),
        "programs": programs(),
        "almost_nothing": lime_file(questions=[question("1", "a", "T")]),
        "bare": lime_file(
            db="143", groups=[group("1")], questions=[question("1", "a", "L"), sub("2", "1", "b")]
        ),
    }
