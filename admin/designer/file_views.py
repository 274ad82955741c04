"""Files of a draft: the field's formats, the codebook, the questionnaire on paper; each made anew from what is saved."""

from __future__ import annotations

import flask
from flask.typing import ResponseReturnValue

from admin import screens
from admin.designer import area, checking
from admin.designer.area import bp, draft_page
from admin.designer.fields.item_words import FILE_KINDS
from admin.exchange.writing import KINDS, write_document, write_program
from survey.errors import Conflict, NotFound, Unavailable
from survey.identity.permissions import Permission
from survey.instrument.documentation.paper import PaperUnavailable
from survey.kit import guard
from survey.models.design import InstrumentDraft


@bp.get("/<public_id>/files")
@guard.permitted(Permission.CONTENT_VIEW)
def files(public_id: str) -> ResponseReturnValue:
    draft = area.load(public_id)
    program = checking.check(screens.session(), draft).program
    return draft_page(
        "files",
        draft,
        kinds=[(name, kind, FILE_KINDS.get(name, (name, ""))) for name, kind in KINDS.items()],
        program=program,
    )


@bp.get("/<public_id>/files/<kind>")
@guard.permitted(Permission.CONTENT_VIEW)
def file(public_id: str, kind: str) -> ResponseReturnValue:
    """One file, as a download: never shown as a page of ours, whatever its texts hold."""
    draft = area.load(public_id)
    known = KINDS.get(kind)
    if known is None:
        raise NotFound("file_kind_unknown", zh="没有这种文件。", en="There is no such kind of file.")
    try:
        content = _written(draft, kind, compiled=known.compiled)
    except PaperUnavailable:
        raise Unavailable(
            "paper_unavailable",
            zh="这台服务器暂时不能生成 PDF。可以下载网页版后打印。",
            en="This server cannot make a PDF now. Download the printable page instead.",
        ) from None
    response = flask.Response(content, mimetype=known.media_type)
    name = f"{draft.code or 'draft'}-{draft.document.get('version', '')}-{kind}{known.ending}"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def _written(draft: InstrumentDraft, kind: str, *, compiled: bool) -> bytes:
    session = screens.session()
    if not compiled:
        return write_document(draft.document, kind, scales=checking.scales_document(session))
    program = checking.check(session, draft).program
    if program is None:
        raise Conflict(
            "draft_has_errors",
            zh="草稿还有错误，改正之后才能生成这种文件。",
            en="The draft still has errors; this file can be made once they are mended.",
        )
    asked = flask.request.args.get("in", "")
    tongue = asked if asked in program.languages else program.languages[0]
    return write_program(program, kind, language=tongue)
