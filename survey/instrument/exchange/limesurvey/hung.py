"""Hangs on the questions of a survey what stands in tables of its own: settings, defaults, conditions, quotas."""

from __future__ import annotations

from collections.abc import Mapping

from survey.instrument.exchange.limesurvey.model import Condition, Default, Question, Quota
from survey.instrument.exchange.limesurvey.rows import Rows, number


class Hanger:
    """Joins the further tables to questions that are known."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def attributes(self, questions: Mapping[str, Question]) -> None:
        """The settings of questions."""
        for row in self._rows.tables["question_attributes"]:
            question = self._rows.of(questions, row, "qid", "question_attributes")
            name, value = row.get("attribute", "").strip(), row.get("value", "")
            if question is None or not name or not value.strip():
                continue
            if row.get("language", "").strip():
                self._rows.collect(question.words.setdefault(name, {}), row, "value")
            else:
                question.attributes.setdefault(name, value.strip())

    def defaults(self, questions: Mapping[str, Question]) -> None:
        """Default values, in one table or two."""
        found: dict[tuple[str, ...], Default] = {}
        by_id: dict[str, Default] = {}
        for row in self._rows.tables["defaultvalues"]:
            question = self._rows.of(questions, row, "qid", "defaultvalues")
            if question is None:
                continue
            key = tuple(row.get(name, "") for name in ("qid", "scale_id", "sqid", "specialtype"))
            if key not in found:
                found[key] = Default(
                    sqid=row.get("sqid", "").strip() or "0",
                    scale=number(row.get("scale_id")),
                    special=row.get("specialtype", "").strip(),
                )
                question.defaults.append(found[key])
            if row.get("dvid"):
                by_id[row["dvid"]] = found[key]
            self._rows.collect(found[key].values, row, "defaultvalue")
        for row in self._rows.tables["defaultvalue_l10ns"]:
            if default := by_id.get(row.get("dvid", "")):
                self._rows.collect(default.values, row, "defaultvalue")

    def conditions(self, questions: Mapping[str, Question]) -> int:
        """The rows of conditions; how many there are."""
        rows = self._rows.tables["conditions"]
        ordered = sorted(rows, key=lambda row: number(row.get("scenario"), default=1))
        for row in ordered:
            if question := self._rows.of(questions, row, "qid", "conditions", row_id="cid"):
                question.conditions.append(
                    Condition(
                        scenario=number(row.get("scenario"), default=1),
                        cqid=row.get("cqid", "").strip(),
                        field=row.get("cfieldname", "").strip(),
                        method=row.get("method", "").strip() or "==",
                        value=row.get("value", ""),
                    )
                )
        return len(rows)

    def quotas(self) -> list[Quota]:
        """Quotas with their members and messages."""
        quotas = {
            row.get("id", ""): Quota(
                quota_id=row.get("id", "").strip(),
                name=row.get("name", "").strip(),
                limit=row.get("qlimit", "").strip(),
                action=row.get("action", "").strip() or "1",
                active=row.get("active", "1").strip() != "0",
                autoload=row.get("autoload_url", "").strip() or "0",
            )
            for row in self._rows.tables["quota"]
        }
        for row in self._rows.tables["quota_members"]:
            if quota := self._rows.of(quotas, row, "quota_id", "quota_members", row_id="id"):
                quota.members.append((row.get("qid", "").strip(), row.get("code", "").strip()))
        for row in self._rows.tables["quota_languagesettings"]:
            if quota := self._rows.of(
                quotas, row, "quotals_quota_id", "quota_languagesettings", row_id="quotals_id"
            ):
                self._rows.collect(quota.messages, row, "quotals_message", "quotals_language")
                self._rows.collect(quota.urls, row, "quotals_url", "quotals_language")
        return list(quotas.values())
