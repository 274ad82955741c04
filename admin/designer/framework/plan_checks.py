"""Home of checking an uploaded framework or scoring plan against the content that is loaded."""

from __future__ import annotations

from sqlalchemy.orm import Session

from admin.content.checking import Checks
from admin.content.framework_checks import check_framework
from admin.content.problems import ContentProblem
from admin.content.scoring_checks import check_scoring
from admin.content.yaml_file import YamlFile
from admin.designer import queries
from survey.instrument.program import Program


def problems(session: Session, kind: str, file: YamlFile) -> list[ContentProblem]:
    """What contradicts the province, the instruments or the framework; the file fits its schema already."""
    checks = Checks(file)
    province = queries.needed(session, "province")
    if kind == "framework":
        versions = queries.newest_versions(session)
        programs = {code: Program.from_json(version.program) for code, version in versions.items()}
        check_framework(checks, province, programs)
    else:
        check_scoring(checks, province, queries.needed(session, "framework"))
    return checks.problems
