"""Home of invitations: tokens for drawn cases as messages for a gateway, as letters or as cards. Each is made once."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from sqlalchemy.orm import Session

from admin.fieldwork.printed import sheets
from admin.fieldwork.printed.sheets import About
from admin.fieldwork.services import files, samples
from survey.access.tokens import Form, SampleCase
from survey.errors import Invalid
from survey.identity.actors import Actor
from survey.kit.safe_csv import csv_bytes
from survey.models.wave import Wave
from survey.ports import KeyStore

MOST_SHEETS = 1_000
"""Printed at a time: more is more than one box of paper, and a request that runs too long."""


class Way(StrEnum):
    """How invitations leave the house."""

    SMS = "sms"
    EMAIL = "email"
    LETTERS = "letters"
    CARDS = "cards"


def invite(
    session: Session,
    wave: Wave,
    source: files.Source,
    *,
    way: Way,
    about: About,
    context_fields: Sequence[str],
    keys: KeyStore,
    actor: Actor,
) -> bytes:
    """Tokens for the cases in a CSV file, as the file that is sent or printed: CSV for messages, HTML for paper.

    Nobody sees a token but whoever takes this file, and it exists nowhere else. Raises Invalid, Conflict.
    """
    cases = samples.read_cases(source.content, context_fields=context_fields)
    is_printed = way in {Way.LETTERS, Way.CARDS}
    if is_printed and len(cases) > MOST_SHEETS:
        raise Invalid(
            "too_many_sheets",
            zh=f"一次最多印制{MOST_SHEETS}份。请把名单分成几个文件。",
            en=f"At most {MOST_SHEETS} are printed at a time. Split the list into several files.",
        )
    if not is_printed and (missing := [n for n, case in enumerate(cases, start=2) if not case.case]):
        raise Invalid(
            "no_recipient",
            zh=f"第{missing[0]}行没有 case：发送短信或邮件要凭它找到收件人。",
            en=f"Row {missing[0]} has no case: messages are sent to the recipient that it names.",
        )
    issued = samples.issue_from_file(
        session,
        wave,
        source,
        context_fields=context_fields,
        keys=keys,
        actor=actor,
        form=Form.CODE if is_printed else Form.LINK,
    )
    if not is_printed:
        return messages_csv(issued, way=way, about=about)
    found = sheets.invitations([(case.case or "", token) for case, token in issued], base_url=about.base_url)
    return sheets.letters(about, found) if way is Way.LETTERS else sheets.cards(about, found)


def messages_csv(issued: Sequence[tuple[SampleCase, str]], *, way: Way, about: About) -> bytes:
    """What a gateway sends, a row a recipient; no cell of it is a formula to a spreadsheet."""
    rows = []
    for case, token in issued:
        link = f"{about.base_url}/i/{token}"
        text = {"zh": _zh(about, link), "en": _en(about, link)}
        row = {"recipient": case.case, "link": link, "text_zh": text["zh"], "text_en": text["en"]}
        if way is Way.EMAIL:
            row |= {
                "subject_zh": f"邀请您参加：{about.title['zh']}",
                "subject_en": f"Invitation: {about.title['en']}",
            }
        rows.append(row)
    subjects = ("subject_zh", "subject_en") if way is Way.EMAIL else ()
    return csv_bytes(("recipient", "link", *subjects, "text_zh", "text_en"), rows)


_PRIVACY = {
    "anonymous": {"zh": "回答不记名，", "en": "It is anonymous; "},
    "confidential": {"zh": "回答保密，", "en": "Your answers stay confidential; "},
}


def _zh(about: About, link: str) -> str:
    minutes = f"，约{about.minutes}分钟" if about.minutes else ""
    until = f"，{about.days['zh']}前有效" if about.days else ""
    return (
        f"邀请您参加{about.title['zh']}{minutes}。{_privacy(about, 'zh')}专用链接只能用一次，请勿转发{until}： {link} "
        "我们不会索要姓名、证件号码、验证码或费用。"
    )


def _privacy(about: About, language: str) -> str:
    return _PRIVACY.get(about.anonymity, {}).get(language, "")


def _en(about: About, link: str) -> str:
    minutes = f", about {about.minutes} minutes" if about.minutes else ""
    until = f", good until {about.days['en']}" if about.days else ""
    return (
        f"You are invited to {about.title['en']}{minutes}. {_privacy(about, 'en')}your link works once{until}, "
        f"please do not pass it on: {link} We never ask for a name, an identity number, a code or money."
    )
