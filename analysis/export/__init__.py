"""Home of data that leave for other programs: SPSS with its syntax file, Stata, Parquet, CSV, and an R script."""

from analysis.export.codebook import Codebook, Measure, MultipleSet, Variable, codebook_from_document
from analysis.export.columnar import write_csv, write_parquet
from analysis.export.columns import Written
from analysis.export.spss import write_sav
from analysis.export.stata import write_dta
from analysis.export.syntax import spss_syntax

__all__ = [
    "Codebook",
    "Measure",
    "MultipleSet",
    "Variable",
    "Written",
    "codebook_from_document",
    "spss_syntax",
    "write_csv",
    "write_dta",
    "write_parquet",
    "write_sav",
]
