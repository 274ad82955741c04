"""Home of what ranking refuses beyond arrays of the wrong shape."""

from collections.abc import Mapping
from typing import ClassVar

from analysis.errors import InvalidInput, Text


class RankError(InvalidInput):
    """A matrix that is the covariance of no estimates."""

    catalogue: ClassVar[Mapping[str, Text]] = {
        "not_symmetric": Text(
            zh="协方差矩阵不对称：第 {row} 行第 {column} 列为 {first}，对称位置为 {second}。",
            en="The covariance is not symmetric: row {row}, column {column} holds {first}, the mirrored place {second}.",
        ),
        "impossible_correlation": Text(
            zh="第 {row} 与第 {column} 个单位的协方差意味着相关系数为 {value}，绝对值大于 1。请检查协方差矩阵。",
            en="The covariance of units {row} and {column} means a correlation of {value}, beyond -1 to 1. Check the matrix.",
        ),
        "not_a_covariance": Text(
            zh="协方差矩阵有负特征值 {value}：它不是任何估计的协方差。请检查矩阵。",
            en="The covariance has the negative eigenvalue {value}: no estimates have it. Check the matrix.",
        ),
    }
