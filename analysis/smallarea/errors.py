"""Home of what small-area estimation refuses, and of what its results say instead of a warning."""

from collections.abc import Mapping
from typing import ClassVar

from analysis.errors import AnalysisError, AnalysisWarning, Language, Text


class SmallAreaError(AnalysisError):
    """Areas, variances or covariates from which no model can be fitted."""

    catalogue: ClassVar[Mapping[str, Text]] = {
        "too_few_areas": Text(
            zh="{areas} 个地区不足以拟合 {coefficients} 个系数和地区间方差。请减少协变量或合并地区。",
            en="{areas} areas cannot carry {coefficients} coefficients and a variance between areas. Use fewer "
            "covariates or more areas.",
        ),
        "variance_not_positive": Text(
            zh="地区“{area}”的抽样方差为 {value}，须大于 0。请先用 smooth_variances 平滑方差。",
            en='Area "{area}" has the sampling variance {value}; it must be above 0. Smooth the variances first '
            "(smooth_variances).",
        ),
        "variance_missing": Text(
            zh="地区“{area}”有直接估计却没有抽样方差。请补上方差，或把直接估计设为缺失。",
            en='Area "{area}" has a direct estimate without a sampling variance. Give the variance, or leave the '
            "direct estimate missing.",
        ),
        "covariate_missing": Text(
            zh="地区“{area}”的协变量“{column}”缺失。每个地区都须有全部协变量。",
            en='Covariate "{column}" is missing in area "{area}". Every area needs every covariate.',
        ),
        "constant_covariate": Text(
            zh="协变量“{column}”在各地区都相同。截距已自动加入；请去掉该列，或设 intercept=False。",
            en='Covariate "{column}" is the same everywhere. The intercept is added already: leave the column out, '
            "or pass intercept=False.",
        ),
        "collinear": Text(
            zh="协变量“{column}”是其他协变量的线性组合。请去掉它。",
            en='Covariate "{column}" is a combination of the others. Leave it out.',
        ),
        "area_twice": Text(
            zh="地区“{area}”出现两次。每个地区只能有一行。",
            en='Area "{area}" occurs twice. Give one row per area.',
        ),
        "area_unknown": Text(
            zh="样本中的地区“{area}”没有总体均值。请补上该地区的协变量总体均值。",
            en='Area "{area}" of the sample has no population means. Give the population means of its covariates.',
        ),
        "no_variation": Text(
            zh="“{name}”没有变异，不能拟合模型。",
            en='"{name}" does not vary, so no model can be fitted to it.',
        ),
        "one_unit_per_area": Text(
            zh="每个地区只有一个单位，地区间与地区内方差无法区分。请改用地区层模型。",
            en="Every area has a single unit, so variance between and within areas cannot be told apart. Use the "
            "area-level model.",
        ),
        "shares_zero": Text(
            zh="基准权重合计为 0，无法基准化。",
            en="The benchmark weights sum to 0, so nothing can be benchmarked.",
        ),
        "ratio_of_zero": Text(
            zh="估计的加权合计为 {value}，不能按比例调整。请改用 difference。",
            en="The weighted sum of the estimates is {value}, so it cannot be scaled. Use difference.",
        ),
        "population_too_small": Text(
            zh="地区“{area}”的总体为 {population}，少于样本 {sampled}。请检查总体单位数。",
            en='Area "{area}" has a population of {population}, fewer than its {sampled} sampled units. Check the '
            "population size.",
        ),
    }


STATUSES: Mapping[str, Text] = {
    "zero_area_variance": Text(
        zh="地区间方差估计为 0：所有估计都完全是模型（合成）估计，MSE 偏低。",
        en="The variance between areas is estimated as 0: every estimate is wholly synthetic and its MSE too small.",
    ),
    "mse_conditional_on_target": Text(
        zh="基准化后的 MSE 未计入基准值本身的误差。",
        en="The MSE after benchmarking leaves out the error of the target itself.",
    ),
    "some_areas_without_sample": Text(
        zh="{count} 个地区没有样本，其估计完全是模型（合成）估计。",
        en="{count} areas have no sample; their estimates are wholly synthetic.",
    ),
    "smoothing_explains_little": Text(
        zh="方差函数只解释了 {r_squared} 的变异，平滑后的方差不可靠。",
        en="The variance function explains only {r_squared} of the variation: the smoothed variances are unreliable.",
    ),
}


class SmallAreaStatus(AnalysisWarning):
    """A status that a small-area result carries."""

    def message(self, language: Language = "en") -> str:
        """The sentence for `language`."""
        return STATUSES[self.code].fill(language, self.context)
