"""Home of reading a file that a draft begins with: our own YAML; the field's formats through the limited process."""

from __future__ import annotations

from collections.abc import Mapping

from admin.content.problems import ContentProblem, ContentProblems
from admin.content.yaml_file import parse_yaml
from survey.errors import Invalid
from survey.instrument.exchange.report import Imported, count_document


def read(raw: bytes, filename: str) -> Imported:
    """What a file holds, with a document. Raises Invalid with every reason where nothing can be imported."""
    found = parse_yaml(raw, name=filename)
    if isinstance(found, ContentProblem):
        raise ContentProblems([found])
    if not isinstance(found.value, Mapping) or "sections" not in found.value:
        raise Invalid(
            "no_instrument",
            zh="文件里没有问卷：缺少 sections。",
            en="The file holds no instrument: it has no “sections”.",
        )
    document = dict(found.value)
    return Imported(document=document, counts=count_document(document), format="minyi")
