"""Disclosure control: what may not be shown, what must be hidden with it, and the attack that checks both."""

from analysis.disclosure.attack import Attacker, Bounds, Equation
from analysis.disclosure.audit import AttackedCell, DisclosureAudit, DisclosureProblem, audit
from analysis.disclosure.dominance import DominanceRules, Sensitivity, dominance
from analysis.disclosure.errors import DisclosureError
from analysis.disclosure.evidence import Check
from analysis.disclosure.over_time import (
    PatternProblem,
    pattern_over_time,
    pattern_to_keep,
    small_differences,
)
from analysis.disclosure.presentation import (
    Decision,
    Presentation,
    PresentationRules,
    Presentations,
    presentation,
    presentations,
)
from analysis.disclosure.protect import ProtectedTable, protect, protect_release
from analysis.disclosure.quantiles import QuantileCheck, quantile_check
from analysis.disclosure.rules import DisclosureRules, percent_decimals
from analysis.disclosure.tables import TOTAL, Cell, Table, TableKind, cell_key
from analysis.disclosure.terms import GroupTerm, PublishedTerm, merge_small_groups

__all__ = [
    "TOTAL",
    "AttackedCell",
    "Attacker",
    "Bounds",
    "Cell",
    "Check",
    "Decision",
    "DisclosureAudit",
    "DisclosureError",
    "DisclosureProblem",
    "DisclosureRules",
    "DominanceRules",
    "Equation",
    "GroupTerm",
    "PatternProblem",
    "Presentation",
    "PresentationRules",
    "Presentations",
    "ProtectedTable",
    "PublishedTerm",
    "QuantileCheck",
    "Sensitivity",
    "Table",
    "TableKind",
    "audit",
    "cell_key",
    "dominance",
    "merge_small_groups",
    "pattern_over_time",
    "pattern_to_keep",
    "percent_decimals",
    "presentation",
    "presentations",
    "protect",
    "protect_release",
    "quantile_check",
    "small_differences",
]
