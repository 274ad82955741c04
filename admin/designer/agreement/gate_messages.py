"""The catalogue of the conditions for publishing: what each asks, and how to mend it, in Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping

from survey.instrument.messages import Wording


def _entry(zh: str, zh_remedy: str, en: str, en_remedy: str) -> Mapping[str, Wording]:
    return {"zh": Wording(zh, zh_remedy), "en": Wording(en, en_remedy)}


CONDITIONS: Mapping[str, Mapping[str, Wording]] = {
    "no_errors": _entry(
        "问卷没有错误（现有 {n} 处）。",
        "打开“问题”，逐条改正。",
        "The instrument has no error (now {n}).",
        "Open “Problems” and mend each one.",
    ),
    "no_gaps": _entry(
        "问卷没有缺漏（现有 {n} 处）。",
        "打开“问题”，逐条补上。",
        "Nothing is left open in the instrument (now {n} gaps).",
        "Open “Problems” and fill each one in.",
    ),
    "chinese": _entry(
        "问卷有中文文本。",
        "在“设置”的语言中加入 zh。",
        "The instrument is there in Chinese.",
        "Add zh to the languages in “Settings”.",
    ),
    "translated": _entry(
        "“{language}”译文齐全（缺 {n} 段）。",
        "打开“翻译”，补齐缺少的译文。",
        "The texts are complete in “{language}” ({n} missing).",
        "Open “Translation” and write the missing ones.",
    ),
    "fresh": _entry(
        "“{language}”译文没有落后于原文（{n} 段落后）。",
        "打开“翻译”，改译，或确认译文仍然合适。",
        "No text in “{language}” is older than its source ({n} are).",
        "Open “Translation”: translate again, or confirm that it still fits.",
    ),
    "mandated": _entry(
        "必备题目都在（缺：{names}）。",
        "把缺少的题目加进问卷，例如从题库插入。",
        "Every mandated item is there (missing: {names}).",
        "Put the missing ones in, for instance from the item bank.",
    ),
    "legal": _entry(
        "法定标识齐全：表号、制定机关、批准机关、批准文号、有效期（缺：{names_zh}）。",
        "在“设置”中填写。",
        "The legal marks are filled in: table number, maker, approving body, number, expiry (missing: {names_en}).",
        "Fill them in under “Settings”.",
    ),
    "not_expired": _entry(
        "有效期未过（{day}）。",
        "在“设置”中填写仍然有效的批准日期，格式为 2027-12-31。",
        "The approval has not expired ({day}).",
        "Fill in an approval that is still valid, written like 2027-12-31.",
    ),
    "new_version": _entry(
        "版本号“{version}”是新的。",
        "在“设置”中改用未发布过的版本号。",
        "The version number “{version}” is a new one.",
        "Choose a number under “Settings” that was not published before.",
    ),
    "organisers": _entry(
        "问卷写明了组织单位。",
        "在“设置”中列出组织单位（organisers），每个单位都要签署。",
        "The instrument names its organising departments.",
        "List them under “Settings”: each of them signs.",
    ),
    "signed": _entry(
        "“{name_zh}”已签署现在的文本。",
        "请该单位的工作人员在“意见”页签署；文本修改后须重新签署。",
        "“{name_en}” has signed the present text.",
        "Ask somebody of that department to sign under “Comments”; after a change it is signed anew.",
    ),
    "comments": _entry(
        "内部意见都已处理（{n} 条未处理）。",
        "打开“意见”，回复并标为已处理。",
        "Every comment of colleagues is dealt with ({n} are not).",
        "Open “Comments”, reply, and mark each as dealt with.",
    ),
    "consultation": _entry(
        "没有未结束的公众征求意见。",
        "打开“征求意见”，答复全部意见并公布，或撤回。",
        "No public consultation is under way.",
        "Open “Consultation”: answer every comment and publish the replies, or take it back.",
    ),
    "bank": _entry(
        "引用题库的题目与题库一致（{names} 不一致）。",
        "打开“题库”，恢复原措辞，或写明理由后放弃引用。",
        "Items that refer to the bank are as they stand there (not so: {names}).",
        "Open “Item bank”: restore the wording, or drop the reference with a reason.",
    ),
    "approved": _entry(
        "另一个人看过全部修改并批准了现在的文本。",
        "请没有写过这份草稿的审核人批准。",
        "A second person has read every change and approved the present text.",
        "Ask a reviewer who has not written any of it.",
    ),
}
