"""Home of confirmatory factor analysis: a model with simple structure fitted, tested and laid out."""

from collections.abc import Iterable, Mapping, Sequence

from analysis import _check
from analysis.validity import moments as states
from analysis.validity.building import Wish, build, equalities
from analysis.validity.errors import ValidityError
from analysis.validity.fitting import ConfirmatoryFit, fitted
from analysis.validity.moments import GroupedMoments
from analysis.validity.ordered import OrderedMoments
from analysis.validity.ordered_sample import OrderedSample
from analysis.validity.pattern import Identify, Release, blocks_of
from analysis.validity.robust import Robust
from analysis.validity.sample import ContinuousSample


def cfa(
    state: GroupedMoments | OrderedMoments,
    blocks: Mapping[str, Sequence[str]],
    *,
    equal: Iterable[str] = (),
    identify: Identify | str = Identify.MARKER,
    means: bool | None = None,
    robust: Robust | str | None = None,
    released: Iterable[Release] = (),
    residual_pairs: Sequence[tuple[str, str]] = (),
) -> ConfirmatoryFit:
    """Confirmatory factor analysis in one group or several: by maximum likelihood, or WLSMV for ordered items.

    Parameters
    ----------
    state : from `moments` (simple random sample, weights) or `design_moments` (survey design); from `ordered_moments` for
        ordered items, which are fitted by diagonally weighted least squares in the delta parameterisation.
    blocks : factor -> its items; each item loads on the factors that list it, factors correlate.
    equal : what is equal over groups, of ``loadings``, ``intercepts``, ``residuals``, ``means``; for ordered items of
        ``thresholds``, ``loadings``, ``intercepts``. With equal thresholds the scales of the other groups are free, and
        their intercepts, or their factor means once ``intercepts`` are equal too.
    identify : ``marker`` (the first item's loading is 1) or ``std.lv`` (the factor's variance is 1).
    means : whether intercepts are part of the model; by default if there are several groups.
    robust : ``none``, ``mlm`` or ``mlr``; by default ``mlr`` if the state has fourth moments or a design. Ordered items
        know ``wlsmv`` only.
    released : exceptions from `equal`, such as (Kind.LOADING, "q2").
    residual_pairs : items whose residuals may correlate.

    Returns
    -------
    ConfirmatoryFit
        Statuses: `not_converged`, `model_not_identified`, `improper_residual`, `improper_factor`.

    Raises
    ------
    ValidityError
        Naming the factor with one item, the unknown item, the group with too few rows, the item without variation or
        the one that makes the covariance matrix singular.

    References
    ----------
    Jöreskog (1969), Psychometrika 34, 183-202; (1971), Psychometrika 36, 409-426 (groups). Muthén, du Toit and Spisic
    (1997), "Robust inference using weighted least squares" (ordered items).
    """
    held = blocks_of(blocks, names=state.items)
    sample, has_means = _sample(state, held.items, means=means, robust=robust)
    wish = Wish(
        equal=equalities(equal),
        identify=_check.choice("identify", identify, among=Identify),
        means=has_means,
        released=frozenset(released),
        residual_pairs=tuple(residual_pairs),
        steps=sample.state.steps if isinstance(sample, OrderedSample) else (),
    )
    return fitted(sample, build(held, wish, groups=len(sample.groups)))


def _sample(
    state: GroupedMoments | OrderedMoments,
    items: Sequence[str],
    *,
    means: bool | None,
    robust: Robust | str | None,
) -> tuple[ContinuousSample | OrderedSample, bool]:
    """The chosen items under the chosen way to be robust, and whether means are part of the model."""
    if isinstance(state, OrderedMoments):
        if _check.choice("robust", robust or Robust.WLSMV, among=Robust) is not Robust.WLSMV:
            raise ValidityError("not_for_ordered", robust=str(robust))
        return OrderedSample(state=state.chosen(items)), True
    chosen = state.chosen(items)
    states.check(chosen)
    has_spread = chosen.fourth is not None or chosen.design_spread is not None
    way = _check.choice("robust", robust or (Robust.MLR if has_spread else Robust.NONE), among=Robust)
    if way is Robust.WLSMV:
        raise ValidityError("only_for_ordered")
    if way is not Robust.NONE and not has_spread:
        raise ValidityError("no_spread", robust=way.value)
    has_means = len(chosen.groups) > 1 if means is None else means
    return ContinuousSample(state=chosen, has_means=has_means, robust=way), has_means
