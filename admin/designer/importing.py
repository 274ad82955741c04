"""Home of reading a file that a draft begins with, in the limited process that reads hostile files."""

from __future__ import annotations

from admin.exchange.sandbox import read_file
from survey.errors import Invalid
from survey.instrument.exchange.report import Imported


def read(raw: bytes, filename: str) -> Imported:
    """What a file holds, with a document. Raises Invalid with every reason where nothing can be imported."""
    found = read_file(raw, filename)
    if found.document is None:
        raise Invalid(
            "file_refused",
            zh="这个文件不能导入，原因如下；什么都没有保存。",
            en="This file cannot be imported, for the reasons below; nothing was kept.",
            problems=found.problems,
        )
    return found
