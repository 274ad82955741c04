"""Home of the words of the report: texts in both languages, numbers, days, lists of names, and names of codes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from types import MappingProxyType

Words = dict[str, str]
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def words(zh: str, en: str) -> Words:
    """One text in both languages."""
    return {"zh": zh, "en": en}


def of(found: Mapping[str, object]) -> Words:
    """The two texts of a record that carries them as ``zh`` and ``en``; Chinese where there is no English."""
    return words(str(found["zh"]), str(found.get("en") or found["zh"]))


def fill(zh: str, en: str, /, **parts: object) -> Words:
    """One text in both languages with ``{names}`` filled; a part may be a text in both languages itself."""

    def said(part: object, language: str) -> object:
        return part[language] if isinstance(part, Mapping) else part

    return {
        language: template.format(**{name: said(part, language) for name, part in parts.items()})
        for language, template in (("zh", zh), ("en", en))
    }


def sentences(parts: Sequence[Words]) -> Words:
    """Whole sentences one after the other."""
    return words("".join(p["zh"] for p in parts), " ".join(p["en"] for p in parts))


def listed(names: Sequence[Words]) -> Words:
    """Names as a list: 甲、乙、丙; A, B and C."""
    english = [name["en"] for name in names]
    head, last = english[:-1], english[-1:]
    return words(
        "、".join(name["zh"] for name in names),
        " and ".join([", ".join(head), *last] if head else last),
    )


def clauses(parts: Sequence[Words]) -> Words:
    """Facts of the same kind, divided by semicolons."""
    return words("；".join(p["zh"] for p in parts), "; ".join(p["en"] for p in parts))


def points(value: float) -> str:
    """An index or score: one digit."""
    return f"{value:.1f}"


def percent(value: float, digits: int = 0) -> str:
    """A share of 1 in per cent."""
    return f"{100 * value:.{digits}f}%"


def count(n: int) -> str:
    """A whole number with thousands separators."""
    return f"{n:,}"


def day(value: date | datetime) -> Words:
    """A day: 2026年9月1日; 1 September 2026."""
    return words(
        f"{value.year}年{value.month}月{value.day}日", f"{value.day} {MONTHS[value.month - 1]} {value.year}"
    )


def inside(name: Words) -> Words:
    """A name inside an English sentence: "Urban and rural residents" begins small there."""
    return words(name["zh"], name["en"][:1].lower() + name["en"][1:])


def named(kind: str, code: str) -> Words:
    """What a code is called; the code itself where it has no name."""
    return dict(_NAMES[kind].get(code) or words(code, code))


_NAMES: Mapping[str, Mapping[str, Words]] = MappingProxyType(
    {
        "mode": {
            "web": words("网页自填", "web"),
            "cati": words("电话访问", "telephone"),
            "capi": words("入户面访", "face to face"),
            "kiosk": words("现场自助终端", "kiosk"),
            "sms_link": words("短信链接", "text-message link"),
        },
        "channel": {
            "sample": words("抽中的受访者", "people drawn for the sample"),
            "assisted": words("由访问员协助的抽中者", "drawn people helped by an interviewer"),
            "site": words("现场入口", "entry at a counter"),
            "open": words("开放入口", "open entry"),
        },
        "reason": {
            "duplicate_device": words("同一设备多次填答", "several answers from one device"),
            "duplicate_record": words("重复记录", "doubled record"),
            "speeder": words("作答过快", "answered too fast to have read"),
            "straight_lining": words("通篇同一答案", "the same answer throughout"),
            "failed_call_back": words("回访未能核实", "not confirmed by call-back"),
            "interviewer_effect": words("访问员影响", "effect of the interviewer"),
            "frame_conflict": words("名单由被评价单位提供", "frame offered by an assessed unit"),
            "coaching": words("受访者被告知如何作答", "respondents were told how to answer"),
        },
        "frame": {
            "dual_frame_mobile_rdd_and_web_push": words(
                "手机号码随机抽取与网页邀请双抽样框", "random mobile numbers and web invitations (dual frame)"
            ),
            "business_register": words("统计用企业名录库", "the business register"),
            "completed_transactions": words("已办结的事项", "completed service transactions"),
            "roster": words("名册", "a roster"),
        },
        "source": {"statistics_office": words("统计部门", "the statistics office")},
        "factor": {
            "age": words("按年龄", "by age"),
            "sex": words("按性别", "by sex"),
            "urbanicity": words("按城乡", "urban and rural"),
            "size": words("按企业规模", "by size"),
            "industry": words("按行业", "by industry"),
            "location": words("按经营地点", "by location"),
            "trade": words("按经营类型", "by trade"),
            "channel": words("按办理渠道", "by channel"),
            "city": words("市", "city"),
        },
        "category": {
            "male": words("男", "Men"),
            "female": words("女", "Women"),
            "60+": words("60岁及以上", "60 and over"),
            "urban": words("城镇", "Urban"),
            "rural": words("乡村", "Rural"),
            "large": words("大型", "Large"),
            "medium": words("中型", "Medium"),
            "small": words("小型", "Small"),
            "micro": words("微型", "Micro"),
            "street": words("城区街道", "Town streets"),
            "town": words("乡镇", "Small towns"),
            "village": words("村", "Villages"),
            "retail": words("零售", "Retail"),
            "catering": words("餐饮", "Catering"),
            "services": words("服务", "Services"),
            "transport": words("运输", "Transport"),
            "making": words("加工制作", "Making and repair"),
            "other": words("其他", "Other"),
            "window": words("窗口", "Counter"),
            "online": words("网上", "Online"),
            "mobile": words("手机端", "Mobile app"),
            "kiosk": words("自助机", "Kiosk"),
            "hotline": words("热线", "Hotline"),
        },
        "gate": {
            "G01": words("", "Questions and plan locked and public before the first answer"),
            "G02": words("", "No sampling frame comes from an assessed unit"),
            "G03": words("", "Enough respondents in every scored group and unit"),
            "G04": words("", "Composites precise enough"),
            "G05": words("", "Weighting converged, no weight too large"),
            "G06": words("", "Response rates and who did not answer"),
            "G07": words("", "Questions that belong together agree (reliability)"),
            "G08": words("", "Index agrees with the overall question (validity)"),
            "G09": words("", "Not too many “don't know” answers"),
            "G10": words("", "Few records removed, each with a reason"),
            "G11": words("", "Interviews checked by call-back and confirmed"),
            "G12": words("", "Nobody told respondents how to answer"),
            "G13": words("", "No county with unusual answers"),
            "G14": words("", "Little difference between ways of asking"),
            "G15": words("", "A second computation gives the same result"),
            "G16": words("", "No person can be identified in a published table"),
            "G17": words("", "Time for appeals is over and all are decided"),
        },
        "document": {
            "scoring": words("评分方案", "Scoring plan"),
            "framework": words("指标框架", "Index framework"),
            "province": words("总体与加权目标", "Population and weighting targets"),
        },
        "role": {
            "statistician": words("统计负责人", "statistician"),
            "performance_lead": words("绩效负责人", "performance lead"),
            "publisher": words("发布人", "publisher"),
        },
    }
)
