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
    "upload_too_large": entry(
        "文件超过{limit} MB。",
        "请换一个较小的文件，或降低照片的清晰度后再传。",
        "The file is larger than {limit} MB.",
        "Send a smaller one, for example a photo of lower resolution.",
    ),
    "upload_not_image": entry(
        "这个文件不是可接收的照片。",
        "请上传 JPEG、PNG 或 WebP 格式的照片。",
        "This file is not a picture that can be taken.",
        "Send a JPEG, PNG or WebP picture.",
    ),
    "upload_not_document": entry(
        "这个文件不是 PDF。", "请上传 PDF 文件。", "This file is not a PDF.", "Send a PDF file."
    ),
    "upload_not_any": entry(
        "不接收这种文件。",
        "请上传 JPEG、PNG、WebP 照片或 PDF 文件。",
        "Files of this kind are not taken.",
        "Send a JPEG, PNG or WebP picture, or a PDF.",
    ),
    "upload_broken": entry(
        "文件不完整，无法读取。",
        "请重新拍摄或保存后再传。",
        "The file is damaged and cannot be read.",
        "Take or save it again and send that.",
    ),
    "number_unreadable": entry(
        "这不是一个数。",
        "请只填数字，例如 12 或 12.5。",
        "This is not a number.",
        "Write digits only, such as 12 or 12.5.",
    ),
    "number_not_whole": entry(
        "这里要填整数。", "请去掉小数部分。", "A whole number is expected.", "Leave out the decimals."
    ),
    "too_precise": entry(
        "小数位数太多，最多{decimals}位。",
        "请少写几位小数。",
        "There are too many decimals; {decimals} at most.",
        "Write fewer decimals.",
    ),
    "too_low": entry(
        "不能小于{limit}。", "请检查后重填。", "It cannot be below {limit}.", "Check and correct it."
    ),
    "too_high": entry(
        "不能大于{limit}。", "请检查后重填。", "It cannot be above {limit}.", "Check and correct it."
    ),
    "off_step": entry(
        "只能从{low}起按{step}递增。",
        "请选一个可用的数。",
        "It goes up from {low} in steps of {step}.",
        "Choose one of these numbers.",
    ),
    "date_unreadable": entry(
        "这不是一个日期。",
        "请按 年-月-日 填写，例如 2026-11-21。",
        "This is not a date.",
        "Write year, month and day, such as 2026-11-21.",
    ),
    "month_unreadable": entry(
        "这不是一个月份。",
        "请按 年-月 填写，例如 2026-11。",
        "This is not a month.",
        "Write year and month, such as 2026-11.",
    ),
    "year_unreadable": entry(
        "这不是一个年份。",
        "请填四位数，例如 2026。",
        "This is not a year.",
        "Write four digits, such as 2026.",
    ),
    "time_unreadable": entry(
        "这不是一个时间。",
        "请按 时:分 填写，例如 08:30。",
        "This is not a time.",
        "Write hours and minutes, such as 08:30.",
    ),
    "datetime_unreadable": entry(
        "这不是日期和时间。",
        "请填写日期和时间，例如 2026-11-21 08:30。",
        "This is not a date with a time.",
        "Write both, such as 2026-11-21 08:30.",
    ),
    "duration_unreadable": entry(
        "这不是一段时长。", "请填整数。", "This is not a length of time.", "Write whole numbers."
    ),
    "point_unreadable": entry(
        "这不是一个位置。", "请填写纬度和经度。", "This is not a place.", "Give latitude and longitude."
    ),
    "too_early": entry(
        "不能早于{limit}。", "请检查后重填。", "It cannot be before {limit}.", "Check and correct it."
    ),
    "too_late": entry(
        "不能晚于{limit}。", "请检查后重填。", "It cannot be after {limit}.", "Check and correct it."
    ),
    "choices_too_few": entry(
        "请至少选{limit}项，现在选了{count}项。",
        "请再选几项。",
        "Choose at least {limit}; {count} are chosen.",
        "Choose more.",
    ),
    "choices_too_many": entry(
        "最多选{limit}项，现在选了{count}项。",
        "请去掉几项。",
        "Choose at most {limit}; {count} are chosen.",
        "Untick some.",
    ),
    "rank_unreadable": entry(
        "名次要填从1开始的整数。",
        "请重新填写名次。",
        "Places are whole numbers from 1 on.",
        "Correct the places.",
    ),
    "rank_twice": entry(
        "第{place}名给了两个选项。",
        "每个名次只给一个选项。",
        "Place {place} is given twice.",
        "Give each place to one option.",
    ),
    "rank_gap": entry(
        "名次不连续：缺第{place}名。",
        "请从1开始连续填写。",
        "Place {place} is missing.",
        "Number from 1 on without gaps.",
    ),
    "allocation_sum": entry(
        "合计是{total}，应为{expected}。",
        "请调整各项，使合计正确。",
        "The parts add up to {total}; they should make {expected}.",
        "Change them until the sum is right.",
    ),
    "missing_and_value": entry(
        "既填了答案，又选了“{option}”。",
        "请只保留一个。",
        "There is an answer and also “{option}”.",
        "Keep one of them.",
    ),
    "pattern_mismatch": entry(
        "填写的内容不合要求的格式。",
        "请检查后重填。",
        "What you wrote does not have the form that is asked for.",
        "Check and correct it.",
    ),
    "email_unreadable": entry(
        "这不是一个电子邮箱地址。",
        "请检查，例如 name@example.com。",
        "This is not an e-mail address.",
        "Check it; it looks like name@example.com.",
    ),
    "phone_unreadable": entry(
        "这不是一个电话号码。",
        "请只填数字，可加区号。",
        "This is not a telephone number.",
        "Write digits, with the area code if need be.",
    ),
    "url_unreadable": entry(
        "这不是一个网址。", "请以 https:// 开头填写。", "This is not a web address.", "Begin with https://."
    ),
    "constraint_failed": entry(
        "这个答案不符合要求。", "请检查后重填。", "This answer does not fit.", "Check and correct it."
    ),
    "constraint_unusual": entry(
        "这个答案不太常见。",
        "如果没有填错，请勾选确认后继续。",
        "This answer is unusual.",
        "If it is right, confirm it and carry on.",
    ),
    "consent_needed": entry(
        "需要您的同意才能继续。",
        "请勾选同意，或离开问卷。",
        "Your agreement is needed to carry on.",
        "Tick the box, or leave the questionnaire.",
    ),
    "file_unreadable": entry(
        "文件没有上传成功。", "请重新选择文件。", "The file did not arrive.", "Choose it again."
    ),
    "fact_unchanged": entry(
        "您说登记的内容不对，但没有更正。",
        "请选出正确的内容，或选“对”。",
        "You said that the register is wrong, and left it as it is.",
        "Choose what is right, or say that it is right.",
    ),
    "choose_county": entry(
        "请继续选择县（市、区）。", "选好后再继续。", "Now choose the county.", "Then carry on."
    ),
}
