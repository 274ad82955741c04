"""What is wrong with the wording of a Chinese question: patterns, each giving the words that it found."""

from __future__ import annotations

import re

from survey.instrument.lint.wording_rules import WordingRules

MAX_CHARACTERS = 26

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f]")
_STAND_IN = "某某"
_PIECE = r"[\u4e00-\u9fffA-Za-z0-9“”]"
# “和” also means "with": compared with, dealt with, you and your family are one thing.
_JOINED = re.compile(rf"({_PIECE}{{2,8}}?)(以及|和|与|及|、|并且|而且)({_PIECE}{{2,8}})")
_WITH = re.compile(
    r"(和|与)[^，。？]{0,12}(相比|比较|一样|相同|打过交道|打交道|有关|无关|相关|之间|联系|接触|见面|来往)"
)
_WHO = re.compile(r"(您|你|我|本人|他|她|自己)(和|与|及|以及|、)")
# Single characters in a row ("县、区") and pairs that nobody parts.
_PAIRS = re.compile(
    r"(?:(?<![\u4e00-\u9fff])|(?<=[对的在是各和及与（]))[男女大小中老少县市区乡镇党政衣食住水电气]、|"
    r"公平(和|与|、)公正|安全(和|与)健康"
)
# Words that hold one of the joining characters and join nothing.
_WORDS = re.compile(
    r"共和|和谐|和平|和睦|和气|和蔼|和解|和缓|温和|缓和|饱和|总和|暖和|随和|亲和|柔和|附和|"
    r"参与|与会|与其|与否|与众不同|给与|赋与|及时|及早|及格|涉及|普及|提及|波及|危及|顾及|触及|遍及|来得及|来不及|力所能及"
)
_BOTH = re.compile(
    rf"既{_PIECE}{{1,8}}又{_PIECE}{{1,8}}|又{_PIECE}{{1,6}}又{_PIECE}{{1,6}}|不仅[^。？]{{1,15}}(而且|还|也)"
)

_LEADING = (
    re.compile(
        r"难道|岂不|何不|不觉得|不认为|不应该吗|不是应该|是不是应该|您是否(也|都)|您也(认为|觉得|同意)"
    ),
    re.compile(
        r"众所周知|大家都|人人都|谁都|多数人(认为|觉得|都)|大多数人|专家(认为|一致|指出)|显然|毫无疑问|理所当然|不言而喻"
    ),
    re.compile(r"(优秀|优质|良好|热情|贴心|周到|高效|便捷|显著|卓越|巨大|先进|可喜|亲切)的"),
    re.compile(r"(糟糕|恶劣|低劣|可怕|可恶|无能|腐败)的"),
)
_ABSOLUTE = re.compile(
    r"总是|一直(都|以来都)|从来(都)?(没有|不|没)?|从不|从未|每次都?|次次|所有(的)?|全部(的)?|一切|任何|绝对|百分之百|完全|彻底|永远|毫无|人人|唯一"
)
# Words in which an absolute one is part of something harmless.
_NOT_ABSOLUTE = re.compile(
    r"总的来说|所有制|以上所有|所有适用|所有符合|有没有任何|任何人|完全小学|全部选择|所有者|选出所有|选择所有"
)
_NEGATIVE = re.compile(r"不|没有|没|无|非|未|别|勿")
_NOT_NEGATIVE = re.compile(
    r"是不是|有没有|能不能|会不会|要不要|好不好|愿不愿|可不可以|对不对|不同|不久|不少|不断|不动产|"
    r"不满[0-9一二三四五六七八九十]+|非常|无论|不论|不管|未来|未成年|非公|非遗|无障碍|无线|无偿|差不多|不仅|不但|"
    r"[“‘\"][^”’\"]{0,12}[”’\"]"
)
_PERIOD = re.compile(
    r"过去|这件|这项|这事|最近|近[0-9一二两三四五六七八九十半]|近年|近期|近来|去年|今年|本年|当年|上年|明年|前年|上次|上一次|这次|本次|此次|这一次|"
    r"第一次|首次|以来|之前|之后|以前|以后|以前|曾经|目前|现在|眼下|如今|当前|今天|昨天|现阶段|"
    r"[0-9一二两三四五六七八九十半几]+个?(年|月|周|天|日|季度|小时|星期)|年度|季度|上半年|下半年|本月|上月|本周|上周|期间|"
    r"(前|后|时|中|的时候)[，,]|(办理|就诊|看病|办事|反映问题|投诉)(前|后|时|中)|每(天|周|月|年|日|个月|星期)|平时|通常|一般情况"
)
_BEHAVIOUR = re.compile(
    r"多少次|几次|几回|多久一次|多长时间一次|经常|多经常|频率|频繁|是否(曾|有过|去过|用过|办过|参加过|遇到|收到|使用过|投诉过|接触过)|"
    r"(有没有|有无)(去|用|办|参加|遇到|遇过|收到|使用|接触|接受|投诉|反映)|过(吗|没有|么|[^，。？的]{1,10}(吗|没有|么))"
)
_NEUTRAL = re.compile(
    r"一般|中立|中等|适中|说不上|既不|没有变化|无变化|没变化|不变|持平|差不多|无所谓|普通|尚可|还行|还可以"
)
_NEGATIVE_LABEL = re.compile(r"不|没|无|未|差|坏|难|低|少|慢|反对|糟|恶|危险|困难|失望|贵|脏|乱|劣|弱")
_UNIPOLAR = re.compile(
    r"从不|从来不|从来没|从未|总是|经常|偶尔|有时|很少|每天|每周|每月|几乎|一点也不|一点都不|完全没有|根本不|毫不"
)
_DONT_KNOW = re.compile(
    r"^(?:不了解|说不清|不知道|不清楚|不确定|不好说|不适用|不愿|拒绝|不便|没用过|没有用过|未使用|无法回答|无法评价|不熟悉)"
)
_YES_NO = re.compile(
    r"^(是|否|有|没有|会|不会|愿意|不愿意|需要|不需要|能|不能|知道|不知道|同意|不同意)(的)?$"
)


def length(text: str) -> int:
    """How many Chinese characters a text has."""
    return len(_HAN.findall(text))


def double_barrelled(text: str) -> str | None:
    """Two things asked at once, joined by “和” and its like."""
    if both := _BOTH.search(text):
        return both.group()
    plain = _WITH.sub(" ", _WORDS.sub(_STAND_IN, text))
    plain = _PAIRS.sub(" ", _WHO.sub(" ", plain))
    found = _JOINED.search(plain)
    return found.group().replace(_STAND_IN, "…") if found else None


def leading(text: str) -> str | None:
    """Words that tell the respondent what to think."""
    return next((found.group() for pattern in _LEADING if (found := pattern.search(text))), None)


RULES = WordingRules(
    limit=MAX_CHARACTERS,
    long_code="wording_long_zh",
    length=length,
    double_barrelled=double_barrelled,
    leading=leading,
    clause_end=re.compile(r"[，。；！？,;!?]"),
    absolutes=_ABSOLUTE,
    not_absolute=_NOT_ABSOLUTE,
    negatives=_NEGATIVE,
    not_negative=_NOT_NEGATIVE,
    periods=_PERIOD,
    behaviours=_BEHAVIOUR,
    neutral_labels=_NEUTRAL,
    negative_labels=_NEGATIVE_LABEL,
    unipolar_labels=_UNIPOLAR,
    ways_out=_DONT_KNOW,
    yes_or_no=_YES_NO,
)
"""The rules for Chinese questions."""
