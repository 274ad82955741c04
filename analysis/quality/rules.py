"""Home of what every detector looks for, when it raises a flag, and whether two persons must decide it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from analysis.errors import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One detector's rule.

    Attributes
    ----------
    detector : stable code, also the reason code of what is removed because of it
    needs_decision : True if nothing goes on until two persons have decided; False: shown, kept by rule
    thresholds : the numbers in the statement
    statement : the rule in words, in both languages
    """

    detector: str
    needs_decision: bool
    thresholds: Mapping[str, float] = field(default_factory=dict)
    statement: Text

    def say(self, language: str) -> str:
        """The rule in words with its thresholds."""
        return self.statement.fill("zh" if language == "zh" else "en", self.thresholds)


def _rule(detector: str, needs_decision: bool, zh: str, en: str, /, **thresholds: float) -> tuple[str, Rule]:
    statement = Text(zh, en)
    return detector, Rule(
        detector=detector,
        needs_decision=needs_decision,
        thresholds=MappingProxyType(thresholds),
        statement=statement,
    )


RULES: Mapping[str, Rule] = MappingProxyType(
    dict(
        [
            _rule(
                "duplicate_device",
                True,
                "同一设备在同一天提交{least:g}份以上、且彼此作答一致率不低于{agreement:.0%}的问卷。",
                "{least:g} or more responses from one device on one day whose answers agree in at least {agreement:.0%}.",
                least=5,
                agreement=0.90,
            ),
            _rule(
                "speeding",
                False,
                "用时低于网络问卷中位用时的{share:.0%}；标记，不剔除。",
                "Shorter than {share:.0%} of the median web interview; flagged, kept.",
                share=0.35,
            ),
            _rule(
                "straight_lining",
                False,
                "至少{least:g}道量表题中{share:.0%}以上为同一答案；标记，不剔除。",
                "At least {share:.0%} of {least:g} or more ratings are one and the same answer; flagged, kept.",
                least=10,
                share=0.95,
            ),
            _rule(
                "interviewer_effect",
                True,
                "扣除地区和人群构成后，访问员样本均值偏离超过{points:g}分，且多重检验校正后 p<{p:g}（样本不少于{least:g}份）。",
                "After area and composition, an interviewer's cases ({least:g} or more) differ by over {points:g} points, "
                "with p < {p:g} after correction for all interviewers.",
                points=3.0,
                p=0.01,
                least=30,
            ),
            _rule(
                "coached_county",
                True,
                "报告“有人要求怎样回答”的比例，其{level:.0%}置信下限高于{limit:.0%}。",
                "The lower {level:.0%} limit of the share told how to answer exceeds {limit:.0%}.",
                level=0.95,
                limit=0.02,
            ),
            _rule(
                "county_outlier",
                False,
                "县级不了解率、最高档比例或用时偏离同类城市中位数超过{z:g}个稳健标准差。",
                "A county's don't-know share, top-box share or length lies over {z:g} robust standard deviations "
                "from the median of its city type.",
                z=4.0,
            ),
            _rule(
                "frame_conflict",
                True,
                "样本来自被评价单位提供或改动过的名单。",
                "The case comes from a list supplied or edited by an assessed unit.",
            ),
            _rule(
                "mode_effect",
                False,
                "加权并控制构成后，某调查方式与基准方式相差超过{points:g}分。",
                "After weighting and composition a mode differs from the reference mode by over {points:g} points.",
                points=5.0,
            ),
        ]
    )
)
