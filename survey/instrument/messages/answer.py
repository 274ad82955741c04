"""What may be wrong with an answer; these are read by respondents."""

from __future__ import annotations

from collections.abc import Mapping

from survey.instrument.messages.wording import Wording, entry

ANSWER: Mapping[str, Mapping[str, Wording]] = {
    "required": entry(
        "这道题需要回答。", "请选择一项。", "This question needs an answer.", "Choose an answer."
    ),
    "unknown_answer": entry(
        "提交的答案不在选项中。",
        "请从列出的选项中选择。",
        "The answer is not one of the options.",
        "Choose from the options shown.",
    ),
    "one_answer_only": entry(
        "这道题只能选一项。", "请只保留一项。", "Only one answer is possible here.", "Keep one answer."
    ),
    "exclusive_with_others": entry(
        "“{option}”不能和其他选项同时选。",
        "请取消其中一边。",
        "“{option}” cannot be chosen together with other options.",
        "Untick one or the other.",
    ),
    "text_too_long": entry(
        "写了{length}个字，上限是{limit}个。",
        "请缩短一些。",
        "The text has {length} characters; at most {limit} fit.",
        "Please shorten it.",
    ),
    "unfit_text": entry(
        "文字里有无法保存的字符。",
        "请删除特殊字符后再提交。",
        "The text holds a character that cannot be stored.",
        "Remove unusual characters.",
    ),
    "repeated_value": entry(
        "同一个答案提交了两次。", "请重新选择。", "The same answer was sent twice.", "Choose again."
    ),
    "field_not_here": entry(
        "“{name}”不是这一页现在的题目。",
        "请重新打开这一页再回答。",
        "“{name}” is not asked on this page now.",
        "Open the page again and answer there.",
    ),
    "page_not_on_path": entry(
        "现在不需要回答这一页。",
        "请从问卷当前的一页继续。",
        "This page is not part of your questionnaire now.",
        "Carry on from the current page.",
    ),
    "too_many_fields": entry(
        "提交的内容太多。",
        "请重新打开这一页再回答。",
        "Too much was sent for one page.",
        "Open the page again and answer there.",
    ),
    "bad_shape": entry(
        "提交的内容无法识别。",
        "请重新打开这一页再回答。",
        "What was sent could not be read.",
        "Open the page again and answer there.",
    ),
    "stale_answer": entry(
        "“{name}”的答案不再属于这份问卷。",
        "保存时会去掉它。",
        "The answer to “{name}” no longer belongs to this interview.",
        "It is left out.",
    ),
    "screened_out": entry(
        "按“{name}”的答案，这份问卷不适用。",
        "感谢参与，到此结束。",
        "The answer to “{name}” means that this survey does not apply.",
        "Thank you; the interview ends here.",
    ),
    "file_too_large": entry(
        "文件超过{limit} MB。",
        "请换一个较小的文件，或降低照片的清晰度后再传。",
        "The file is larger than {limit} MB.",
        "Send a smaller one, for example a photo of lower resolution.",
    ),
    "file_not_image": entry(
        "这个文件不是可接收的照片。",
        "请上传 JPEG、PNG 或 WebP 格式的照片。",
        "This file is not a picture that can be taken.",
        "Send a JPEG, PNG or WebP picture.",
    ),
    "file_not_document": entry(
        "这个文件不是 PDF。", "请上传 PDF 文件。", "This file is not a PDF.", "Send a PDF file."
    ),
    "file_not_any": entry(
        "不接收这种文件。",
        "请上传 JPEG、PNG、WebP 照片或 PDF 文件。",
        "Files of this kind are not taken.",
        "Send a JPEG, PNG or WebP picture, or a PDF.",
    ),
    "file_broken": entry(
        "文件不完整，无法读取。",
        "请重新拍摄或保存后再传。",
        "The file is damaged and cannot be read.",
        "Take or save it again and send that.",
    ),
}
