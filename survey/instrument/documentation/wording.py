"""The words of documents that are made from an instrument: headings in both languages, texts without their marks."""

from __future__ import annotations

from collections.abc import Mapping

from survey.instrument.condition_words import condition_in_words
from survey.instrument.program import Item, Place, Program
from survey.instrument.words import plain, said

LABELS: Mapping[str, Mapping[str, str]] = {
    "about": {"zh": "说明", "en": "About"},
    "answer_here": {"zh": "请填写", "en": "Write here"},
    "approval_number": {"zh": "批准文号", "en": "Approval number"},
    "approving_body": {"zh": "批准机关", "en": "Approved by"},
    "asked": {"zh": "询问对象", "en": "Asked of"},
    "asked_if": {"zh": "只在下列情况回答：", "en": "Answer only if: "},
    "attach": {"zh": "请将材料附在问卷之后", "en": "Attach the paper to this questionnaire"},
    "attention": {"zh": "填写说明", "en": "How to fill this in"},
    "circle_one": {"zh": "请圈一个代码", "en": "Circle one code"},
    "circle_row": {"zh": "每行请圈一个代码", "en": "Circle one code in each row"},
    "code": {"zh": "代码", "en": "Code"},
    "codes": {"zh": "代码表", "en": "Codes"},
    "codebook": {"zh": "变量说明书", "en": "Codebook"},
    "contact_sheet": {
        "zh": "此页单独收存，不与答案放在一起",
        "en": "This part is torn off and kept apart from the answers",
    },
    "ends_here": {"zh": "到此结束", "en": "the interview ends here"},
    "every_unit": {"zh": "每个单位各填一份", "en": "Fill in once for each of them"},
    "expires_on": {"zh": "有效期至", "en": "Valid until"},
    "explain": {
        "zh": "请用黑色或蓝色笔，在所选代码上画圈；改动时划去原来的圈，另圈一个。不愿回答的题可以空着。",
        "en": "Use a black or blue pen and circle the code of your answer. To change it, strike the circle out and make "
        "another. You may leave out any question.",
    },
    "instrument": {"zh": "问卷代码", "en": "Instrument"},
    "interviewer_only": {"zh": "仅由访问员填写", "en": "for interviewers only"},
    "item": {"zh": "题目", "en": "Item"},
    "kind": {"zh": "类型", "en": "Kind"},
    "label": {"zh": "标签", "en": "Label"},
    "list_beside": {"zh": "代码见附表", "en": "Codes: see the list at the end"},
    "lists": {"zh": "附表", "en": "Lists"},
    "maker": {"zh": "制定机关", "en": "Issued by"},
    "many": {"zh": "可圈多个代码", "en": "Circle all that apply"},
    "min_age": {"zh": "，年满{age}周岁", "en": ", aged {age} or over"},
    "minutes": {"zh": "大约需要{n}分钟", "en": "It takes about {n} minutes"},
    "missing": {"zh": "缺失值", "en": "Missing"},
    "needed": {"zh": "必答", "en": "needed"},
    "other": {"zh": "请说明", "en": "please say"},
    "page": {"zh": "第", "en": "Page "},
    "question": {"zh": "问题", "en": "Question"},
    "rank_here": {"zh": "请在方框内写次序，1 为最先", "en": "Write the order in the boxes, 1 for the first"},
    "respondents": {"zh": "应答者", "en": "Respondents"},
    "table": {"zh": "数据表", "en": "Table"},
    "table_number": {"zh": "表号", "en": "Form number"},
    "title": {"zh": "题名", "en": "Title"},
    "total": {"zh": "合计应为", "en": "The sum must be"},
    "variable": {"zh": "变量", "en": "Variable"},
    "variables": {"zh": "变量表", "en": "Variables"},
    "version": {"zh": "版本", "en": "Version"},
    "text_apart": {
        "zh": "文字答案、联系方式和上传的文件不是变量，不进入数据集。",
        "en": "Texts, contact details and files are no variables and never enter the dataset.",
    },
    "yes": {"zh": "是", "en": "yes"},
}


def who_is_asked(program: Program, place: Place, language: str) -> str:
    """Of whom an item is asked, in words; empty where it is everybody."""
    nodes = [node for node in (place.page.shown_if, place.item.shown_if) if node is not None]
    joint = {"zh": "，并且", "en": ", and "}[said(language)]
    return joint.join(condition_in_words(program, node, said(language)) for node in nodes)


def whole_question(program: Program, item: Item, language: str) -> str:
    """The wording of an item; a row of a battery is read after the stem that stands over all of them."""
    text = plain(item.text, language)
    stem = next((plain(b.text, language) for b in program.batteries if b.code == item.battery), "")
    return f"{stem} {text}" if stem and not text.startswith(stem) else text
