"""The answering of a questionnaire on the web: server-rendered, one section a page, no JavaScript needed."""

from __future__ import annotations

import flask

from survey.kit import compressed
from survey.site.answer import asking, begin, finishing, full, handing, leaving, offline

answer = flask.Blueprint("answer", __name__)
compressed.register_personal(answer)
for _part in (begin, asking, finishing, full, handing, leaving, offline):
    _part.register(answer)
