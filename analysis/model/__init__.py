"""Regression with design-based standard errors: generalised linear, ordered, and tests of their terms."""

from analysis.model._ordered_fit import OrderedLink
from analysis.model.errors import ModelError
from analysis.model.glm import glm
from analysis.model.links import Distribution, Link, Variance
from analysis.model.ordinal import ordered_logit
from analysis.model.regression import Regression
from analysis.model.regressors import Regressors, formula, regressors
from analysis.model.term_tests import anova, likelihood_ratio_test, term_test, working_wald_test

__all__ = [
    "Distribution",
    "Link",
    "ModelError",
    "OrderedLink",
    "Regression",
    "Regressors",
    "Variance",
    "anova",
    "formula",
    "glm",
    "likelihood_ratio_test",
    "ordered_logit",
    "regressors",
    "term_test",
    "working_wald_test",
]
