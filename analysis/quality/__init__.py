"""Answer quality: indices of careless answering, their flags and effects, and the interference radar."""

from analysis.quality.bursts import bursts
from analysis.quality.coaching import coaching_reports
from analysis.quality.consistency import even_odd, person_total, psychometric_antonyms, psychometric_synonyms
from analysis.quality.counties import county_measures
from analysis.quality.duplicates import duplicate_devices
from analysis.quality.effects import FlagEffects, effects_of
from analysis.quality.errors import QualityError
from analysis.quality.interviewers import interviewer_effects
from analysis.quality.mahalanobis import mahalanobis
from analysis.quality.modes import mode_effects
from analysis.quality.percent_match import duplicate_rows, percent_match
from analysis.quality.respondent_report import Cutoffs, Family, Index, RespondentQuality
from analysis.quality.respondents import respondents
from analysis.quality.response_times import ResponseTimes, response_times
from analysis.quality.runs import long_strings
from analysis.quality.speed import speeders
from analysis.quality.straightline import straight_lines
from analysis.quality.variability import inter_item_sd

__all__ = [
    "Cutoffs",
    "Family",
    "FlagEffects",
    "Index",
    "QualityError",
    "RespondentQuality",
    "ResponseTimes",
    "bursts",
    "coaching_reports",
    "county_measures",
    "duplicate_devices",
    "duplicate_rows",
    "effects_of",
    "even_odd",
    "inter_item_sd",
    "interviewer_effects",
    "long_strings",
    "mahalanobis",
    "mode_effects",
    "percent_match",
    "person_total",
    "psychometric_antonyms",
    "psychometric_synonyms",
    "respondents",
    "response_times",
    "speeders",
    "straight_lines",
]
