"""Every type of question over plain HTTP: what comes back on the page, what is refused, what is kept where."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import flask
import pytest
import sqlalchemy as sa
from PIL import Image
from sqlalchemy.orm import Session

from survey.collect import drafts
from survey.collect.documents import DraftDocument
from survey.db import make_engine
from survey.instrument.compile import compile_instrument
from survey.models.apart import WaitingFile
from tests.journeys.every_type import ANSWERED, ENTRY, WAVE, every_type
from tests.survey.interviews import make_world
from tests.survey.site.visitor import Forms, Visitor

_CHOICES = {"RADIO": ["hall"], "MULTI": ["phone"], "AGREE": ["yes"]}


class Person(Visitor):
    """A visitor of the questionnaire with every type."""

    def __init__(self, app: flask.Flask, *, language: str = "en") -> None:
        super().__init__(app, language=language)
        self.app = app

    def start(self) -> Person:
        """Agree and come to the first page."""
        self.get(f"/s/{ENTRY}")
        self.send("start", {"consent": ["yes"]})
        assert self.path.endswith("/p/C")
        return self

    def at(self, place: str) -> Person:
        """Open a page with answers that put every page on the path."""
        with self.session() as session:
            draft = drafts.load(session, self.secret, keys=self.app.extensions["minyi"].keys)
            document = replace(draft.document, state=draft.document.state.merged(ANSWERED))
            drafts.save(session, draft, document, keys=self.app.extensions["minyi"].keys)
            session.commit()
        self.get(f"/answer/{WAVE}/p/{place}")
        assert self.page.status_code == 200
        return self

    @property
    def secret(self) -> str:
        found = self.client.get_cookie(f"draft-{WAVE}")
        assert found is not None
        return found.value

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A session beside the application's."""
        engine = make_engine(self.app.config["SQLALCHEMY_DATABASE_URI"])
        with Session(engine) as session:
            yield session
        engine.dispose()

    @property
    def document(self) -> DraftDocument:
        """What is stored for this person."""
        with self.session() as session:
            return drafts.load(session, self.secret, keys=self.app.extensions["minyi"].keys).document

    def send_files(
        self, files: Mapping[str, tuple[str, bytes]], changes: Mapping[str, Sequence[str]] | None = None
    ) -> None:
        """Send the page as a browser sends files."""
        forms = Forms(self.page.text)
        data: dict[str, object] = {
            name: list(values)
            for name, values in {**forms.chosen("page"), **(changes or {})}.items()
            if name not in files
        }
        data |= {name: (io.BytesIO(content), filename) for name, (filename, content) in files.items()}
        self.page = self.client.post(
            forms.actions["page"], data=data, content_type="multipart/form-data", follow_redirects=True
        )


@pytest.fixture
def person(app: flask.Flask, tmp_path_factory: pytest.TempPathFactory) -> Person:
    """Somebody on the first page."""
    engine = make_engine(app.config["SQLALCHEMY_DATABASE_URI"])
    make_world(engine, tmp_path_factory.mktemp("world"), program=every_type(), code=WAVE)
    engine.dispose()
    return Person(app).start()


def _photo(tone: int = 5) -> bytes:
    target = io.BytesIO()
    Image.new("L", (9, 9), tone).save(target, "JPEG")
    return target.getvalue()


def test_marks_become_elements_and_nothing_else_does(person: Person) -> None:
    assert "<strong>last three months</strong>" in person.page.text
    assert re.search(
        r'<a href="https://example\.org/" target="_blank" rel="noopener noreferrer">', person.page.text
    )


def test_what_was_typed_at_other_comes_back_and_never_as_markup(person: Person) -> None:
    hostile = '<b>x</b> **y** [z](https://evil.example/) "quoted"'
    person.send(
        "page", {**_CHOICES, "RADIO": ["other"], "RADIO_other_text": [hostile], "MULTI": ["none", "app"]}
    )
    assert person.path.endswith("/p/C")  # refused for the exclusive option
    assert "<b>x</b>" not in person.page.text
    assert Forms(person.page.text).chosen("page")["RADIO_other_text"] == [hostile]
    person.send("page", {"MULTI": ["app"]})
    assert person.document.state.answers["RADIO_other_text"] == hostile


def test_a_text_typed_at_other_counts_only_where_other_is_chosen(person: Person) -> None:
    person.send("page", {**_CHOICES, "RADIO": ["web"], "RADIO_other_text": ["left over"]})
    assert person.path.endswith("/p/S")
    assert "RADIO_other_text" not in person.document.state.answers


def test_too_many_ticks_are_said_with_the_number(person: Person) -> None:
    person.send("page", {**_CHOICES, "MULTI": ["phone", "counter", "app", "post"]})
    assert person.path.endswith("/p/C")
    assert 'class="wrong" id="e-MULTI"' in person.page.text
    assert "3" in re.search(r'id="e-MULTI">([^<]+)<', person.page.text)[1]  # type: ignore[index]  # found above


def test_every_row_of_a_battery_is_a_group_that_says_stem_and_row(person: Person) -> None:
    page = person.at("S").page.text
    legends = re.findall(r"<legend>(.*?)</legend>", page, re.S)
    rows = [re.sub(r"<[^>]+>", "", legend).strip() for legend in legends if "How satisfied" in legend]
    assert [row for row in rows if "each of these" in row] == [
        "How satisfied are you with each of these? The waiting time",
        "How satisfied are you with each of these? The manner of the staff",
        "How satisfied are you with each of these? How clear the information was",
    ]


def test_a_soft_check_can_be_confirmed(person: Person) -> None:
    person.at("N").send("page", {"DECIMAL": ["250"]})
    assert person.path.endswith("/p/N")
    assert "Really more than 100 km?" in person.page.text
    assert 'name="_confirm_DECIMAL"' in person.page.text
    person.send("page", {"_confirm_DECIMAL": ["yes"]})
    assert person.path.endswith("/p/T")
    assert person.document.state.answers["DECIMAL"] == "250"


def test_shares_that_do_not_add_up_are_refused_at_the_first_of_them(person: Person) -> None:
    person.at("N").send("page", {"SHARE_speed": ["50"], "SHARE_price": ["30"], "SHARE_care": ["10"]})
    assert person.path.endswith("/p/N")
    assert 'href="#i-SHARE_speed"' in person.page.text
    assert "90" in person.page.text


def test_a_number_out_of_bounds_stays_as_typed_beside_the_reason(person: Person) -> None:
    person.at("N").send("page", {"WHOLE": ["31"], "PERCENT": ["a lot"]})
    fields = Forms(person.page.text).chosen("page")
    assert fields["WHOLE"] == ["31"]
    assert fields["PERCENT"] == ["a lot"]
    assert person.page.text.count('aria-invalid="true"') == 2


def test_a_code_for_no_answer_and_a_number_exclude_each_other(person: Person) -> None:
    forms = Forms(person.at("N").page.text)
    answer = person.client.post(
        forms.actions["page"],
        data={**forms.chosen("page"), "WHOLE": ["3", "#88"]},
        headers={"Accept-Language": "en"},
        follow_redirects=True,
    )
    assert 'id="e-WHOLE"' in answer.text


def test_parts_of_a_month_and_of_a_duration_come_back_as_typed(person: Person) -> None:
    person.at("T").send("page", {"MONTH.year": ["2025"], "MONTH.month": [""], "LENGTH.minutes": ["soon"]})
    assert person.path.endswith("/p/T")
    fields = Forms(person.page.text).chosen("page")
    assert fields["MONTH.year"] == ["2025"]
    assert fields["LENGTH.minutes"] == ["soon"]
    person.send("page", {"MONTH.month": ["9"], "LENGTH.minutes": ["90"]})
    assert person.document.state.answers["MONTH"] == "2025-09"
    assert person.document.state.answers["LENGTH"] == "90"
    assert Forms(person.get(f"/answer/{WAVE}/p/T").text).chosen("page")["LENGTH.hours"] == ["1"]


def test_only_the_page_that_asks_for_the_exact_place_may_use_it(person: Person) -> None:
    assert "geolocation=()" in person.page.headers["Permissions-Policy"]
    assert "geolocation=(self)" in person.at("T").page.headers["Permissions-Policy"]


def test_a_contact_is_kept_beside_the_answers_and_can_be_emptied(person: Person) -> None:
    person.at("K").send_files({}, {"CONTACT.name": ["Li Hua"], "CONTACT.phone": ["1380013800x"]})
    assert person.path.endswith("/K")
    assert Forms(person.page.text).chosen("page")["CONTACT.phone"] == ["1380013800x"]
    person.send_files({}, {"CONTACT.phone": ["13800138000"]})
    assert person.document.contacts == {"CONTACT": {"name": "Li Hua", "phone": "13800138000"}}
    assert person.document.state.answers["CONTACT"] == "given"
    person.get(f"/answer/{WAVE}/p/K")
    assert Forms(person.page.text).chosen("page")["CONTACT.name"] == ["Li Hua"]
    person.send_files({}, {"CONTACT.name": [""], "CONTACT.phone": [""]})
    assert person.document.contacts == {}
    assert "CONTACT" not in person.document.state.answers


def test_a_photo_is_kept_shown_replaced_and_removed(person: Person) -> None:
    person.at("K").send_files({"PHOTO": ("IMG_0001 Li Hua.jpg", _photo())})
    assert person.path.endswith("/p/G")
    secret = person.document.state.answers["PHOTO"]
    person.get(f"/answer/{WAVE}/p/K")
    assert "A photo is kept (JPEG)" in person.page.text
    assert "IMG_0001" not in person.page.text
    assert str(secret) not in person.page.text
    person.send_files({})  # sent again without a file: it stays
    assert person.document.state.answers["PHOTO"] == secret
    person.get(f"/answer/{WAVE}/p/K")
    person.send_files({"PHOTO": ("other.jpg", _photo(200))})
    assert person.document.state.answers["PHOTO"] != secret
    person.get(f"/answer/{WAVE}/p/K")
    person.send_files({}, {"_remove.PHOTO": ["yes"]})
    assert "PHOTO" not in person.document.state.answers
    with person.session() as session:
        assert session.scalars(sa.select(WaitingFile)).all() == []


def test_a_file_that_is_not_taken_says_why_and_the_rest_of_the_page_is_kept(person: Person) -> None:
    person.at("K").send_files(
        {"PHOTO": ("x.jpg", b"<script>alert(1)</script>")},
        {"CONTACT.name": ["Li Hua"], "CONTACT.phone": ["13800138000"]},
    )
    assert person.path.endswith("/f/K")
    assert 'id="e-PHOTO"' in person.page.text
    assert person.document.contacts["CONTACT"]["name"] == "Li Hua"
    assert person.get(f"/answer/{WAVE}/f/K").status_code == 200  # reloading shows the page, not an error


def test_nobody_names_a_file_that_is_not_theirs(person: Person) -> None:
    person.at("K").send("page", {"PHOTO": ["ab" * 32]})
    assert "PHOTO" not in person.document.state.answers


def test_only_an_interview_under_way_may_send_large_bodies(person: Person, app: flask.Flask) -> None:
    large = {"PHOTO": (io.BytesIO(_photo() + b"\0" * 300_000), "p.jpg")}
    stranger = app.test_client()
    answer = stranger.post(f"/answer/{WAVE}/f/K", data=large, content_type="multipart/form-data")
    assert answer.status_code == 413
    person.at("K").send_files({"PHOTO": ("p.jpg", _photo() + b"\0" * 300_000)})
    assert person.path.endswith("/p/G")


def test_an_item_that_an_answer_opens_is_shown_once_more_without_a_script(person: Person) -> None:
    page = person.at("G").page.text
    assert "data-when" in page
    person.send("page", {"HELPED": ["no"]})
    assert person.path.endswith("/p/F")
    person.get(f"/answer/{WAVE}/p/G")
    assert re.search(r'<fieldset class="when" data-key="WHO"[^>]* hidden disabled>', person.page.text)
    person.send("page", {"HELPED": ["yes"], "WHO": []})
    assert person.path.endswith("/p/G")
    assert "Error:" not in person.page.text
    person.send("page", {"WHO": ["A neighbour"]})
    assert person.path.endswith("/p/F")


def test_a_filter_leaves_what_fits_and_texts_name_the_answer(person: Person) -> None:
    page = person.at("F2").page.text
    assert Forms(page).offered("page")["WHICH"] == ["bus", "road"]
    assert "Which one of “Traffic”?" in page
    assert "<output>6</output>" in page


def test_each_ticked_answer_has_its_turn(person: Person) -> None:
    page = person.at("L@app").page.text
    assert "How was “App”?" in page
    assert "HOW@app" in Forms(page).offered("page")


def test_an_end_says_its_own_words_and_keeps_nothing(person: Person) -> None:
    person.at("F2").send("page", {"LAST": ["stop"]})
    person.get(f"/answer/{WAVE}/on")
    for _ in range(12):
        if "/p/" not in person.path:
            break
        person.send("page")
    assert person.path.endswith("/end")
    assert "Thank you. This is the end." in person.page.text
    person.send("end")
    with person.session() as session:
        assert session.scalar(sa.text("SELECT count(*) FROM draft")) == 0


def test_in_chinese_every_page_says_its_words_in_chinese(person: Person) -> None:
    person.get(f"/answer/{WAVE}/p/C?lang=zh")
    assert '<html lang="zh-Hans"' in person.page.text
    assert "您最常去哪里办事？" in person.page.text


def test_a_questionnaire_in_another_language_is_asked_in_its_own(app: flask.Flask, tmp_path: Path) -> None:
    document = {
        "schema": "minyi/instrument/2",
        "id": "french",
        "version": "1",
        "title": {"fr": "Enquête"},
        "languages": ["fr"],
        "sections": [
            {
                "id": "A",
                "title": {"fr": "Une page"},
                "questions": [
                    {"id": "Q", "type": "number", "max": 3, "required": True, "text": {"fr": "Combien ?"}}
                ],
            }
        ],
    }
    compiled = compile_instrument(document, scales={}, modules={}, units=(), areas=())
    assert compiled.program is not None
    engine = make_engine(app.config["SQLALCHEMY_DATABASE_URI"])
    make_world(engine, tmp_path, program=compiled.program, code=WAVE)
    engine.dispose()
    person = Person(app, language="en")
    person.get(f"/s/{ENTRY}")
    person.send("start", {"consent": ["yes"]})
    assert '<span lang="fr" dir="ltr">Combien ?</span>' in person.page.text
    assert ">Continue</button>" in person.page.text, "the page around it is in the reader's own language"
    person.send("page", {"Q": ["7"]})
    assert "Combien ?" in person.page.text
    assert "3" in re.search(r'id="e-Q">([^<]+)<', person.page.text)[1]  # type: ignore[index]  # found above
    person.send("page", {"Q": ["2"]})
    assert person.path.endswith("/review")
    assert person.document.language == "fr"
