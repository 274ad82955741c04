"""Hostile texts: tables, LimeSurvey files and documents of our own."""

from __future__ import annotations

import random

from tests.admin.exchange.hostile.workbook import Files
from tests.survey.instrument.exchange.forms import csv_form


def csv() -> Files:
    """Text tables."""
    plain = csv_form("survey,,,\n,type,name,label\n,text,a,A\n")
    yield "one line of a megabyte", b"survey\n,type,name,label\n,text,a," + b"x" * 2**20
    yield "a million columns", b"survey\n," + b"type," * 1_000_000
    yield "a million rows", b"survey\n,type,name,label\n" + b",note,,N\n" * 1_000_000
    yield (
        "a million sheets",
        b"survey\n,type,name,label\n,text,a,A\n" + b"".join(b"s%d\n" % n for n in range(300_000)),
    )
    yield "open quote", b'survey\n,type,name,label\n,text,a,"' + b"x\n" * 100_000
    yield "quotes", b"survey\n,type,name,label\n" + b'"' * 1_000_000
    yield "NUL", plain + b"\x00\x00"
    yield "no text", bytes(range(256)) * 40
    yield "bad UTF-8", plain + b",text,b,\xff\xfe\xfd\n"
    yield "overlong UTF-8", plain + b",text,b,\xc0\xaf\n"
    yield "surrogates", plain + b",text,b,\xed\xa0\x80\n"
    yield "half a character", plain + ",text,b,中".encode()[:-1]
    yield "UTF-16 of odd length", plain.decode().encode("utf-16") + b"x"
    yield "UTF-32", plain.decode().encode("utf-32")
    yield "only marks", b"," * 100_000
    yield "only lines", b"\n" * 1_000_000
    yield "mark alone", b"\xef\xbb\xbf"
    yield "white space", b" \t\r\n" * 1_000
    for sign in ("=", "+", "-", "@", "\t", "|", "％", "＝"):
        for cell in ("cmd|' /C calc'!A0", 'HYPERLINK("http://x")', "1+1"):
            yield (
                f"formula {sign!r} {cell[:5]}",
                plain + f',note,b,"{sign}{cell}"\n'.encode().replace(b'""', b'"'),
            )
    for name, rows in {
        "deep groups": "\n".join(f",begin group,g{n},G" for n in range(5_000)),
        "ends": "\n".join(",end group,," for _ in range(5_000)),
        "loops": "\n".join(f",begin repeat,g{n},G" for n in range(25))
        + "\n,text,z,Z\n"
        + "\n".join(",end repeat,," for _ in range(25)),
        "same names": "\n".join(",text,a,A" for _ in range(5_000)),
        "selects": "\n".join(f",select_one l{n},q{n},Q" for n in range(5_000)),
        "scripts": "\n".join(f",note,n{n},<script>alert({n})</script>" for n in range(500)),
    }.items():
        yield name, plain + rows.encode() + b"\n"
    for seed in range(60):
        chance = random.Random(seed)
        words = [
            "type",
            "name",
            "label",
            "survey",
            "choices",
            "begin group",
            "end group",
            ",",
            "\n",
            '"',
            "${a}",
            "'",
            "\r",
            ";",
        ]
        yield f"salad {seed}", b"survey\n,type,name,label\n" + "".join(chance.choices(words, k=400)).encode()


def lss() -> Files:
    """LimeSurvey files."""
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    start, end = (
        "<document><LimeSurveyDocType>Survey</LimeSurveyDocType><DBVersion>400</DBVersion>",
        "</document>",
    )
    rows = "<groups><fields><fieldname>gid</fieldname></fields><rows><row><gid>1</gid></row></rows></groups>"
    whole = head + start + rows + end
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    for name, doctype in {
        "laughs": f'<!DOCTYPE a [<!ENTITY l0 "lol">{laughs}]>',
        "file": '<!DOCTYPE a [<!ENTITY l9 SYSTEM "file:///etc/passwd">]>',
        "network": '<!DOCTYPE a [<!ENTITY l9 SYSTEM "http://127.0.0.1:9/x">]>',
        "parameter": '<!DOCTYPE a [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x"> %p; <!ENTITY l9 "x">]>',
        "outer": '<!DOCTYPE a SYSTEM "http://127.0.0.1:9/x.dtd" [<!ENTITY l9 "x">]>',
    }.items():
        for use in ("<gid>&l9;</gid>", "<gid a='&l9;'>1</gid>"):
            yield (
                f"{name} {use[4:8]}",
                (head + doctype + start + rows.replace("<gid>1</gid>", use) + end).encode(),
            )
    for depth in (100, 10_000, 1_000_000):
        yield f"deep {depth}", (head + start + "<a>" * depth).encode()
    yield (
        "many rows",
        (
            head + start + "<groups><rows>" + "<row><gid>1</gid></row>" * 300_000 + "</rows></groups>" + end
        ).encode(),
    )
    yield "huge text", whole.replace("<gid>1</gid>", f"<gid>{'x' * 10**7}</gid>").encode()
    yield "UTF-16", whole.replace("UTF-8", "UTF-16").encode("utf-16")
    for encoding in ("UTF-7", "latin-9x", "GB18030", "utf-32"):
        yield f"says {encoding}", whole.replace("UTF-8", encoding).encode()
    for part in range(1, 40):
        yield f"truncated {part}", whole.encode()[: len(whole) * part // 40]
    for field in ("gid", "qid", "parent_qid", "type", "title", "relevance", "language", "scale_id"):
        for value in ("-1", "9" * 400, "x", "&lt;script&gt;alert(1)&lt;/script&gt;", "1" + "(" * 9_000):
            table = f"<questions><rows><row><qid>1</qid><gid>1</gid><{field}>{value}</{field}></row></rows></questions>"
            yield f"{field} {value[:6]}", (head + start + rows + table + end).encode()


def own() -> Files:
    """Documents of our own, as YAML and JSON."""
    plain = "schema: minyi/instrument/2\nid: x\ntitle: {zh: 标题}\nlanguages: [zh]\nsections:\n- id: A\n  title: {zh: A}\n  questions:\n  - {id: a, type: text, text: {zh: A}}\n"
    laughs = "a: &a [x, x, x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join(['*' + chr(97 + n)] * 10)}]\n" for n in range(20)
    )
    yield "laughs", (plain + laughs).encode()
    yield "deep flow", (plain + "x: " + "[" * 100_000).encode()
    yield "deep mapping", (plain + "x: " + "{a: " * 20_000).encode()
    for tag in (
        "!!python/object/apply:os.system ['true']",
        "!!python/name:os.system",
        "!x y",
        "!!binary aGk=",
    ):
        yield f"tag {tag[:20]}", (plain + f"x: {tag}\n").encode()
    for text in (
        "*a",
        "&a [*a]",
        "? [1]",
        "<<: {a: 1}",
        "- x",
        "\t\tx",
        "%YAML 9",
        "--- \n---",
        "'",
        '"\\ud800"',
        "0x" + "f" * 999,
    ):
        yield f"after {text[:8]!r}", (plain + f"x: {text}\n").encode()
        yield f"before {text[:8]!r}", (f"{text}\n" + plain).encode()
    for part in range(1, 20):
        yield f"truncated {part}", plain.encode()[: len(plain.encode()) * part // 20]
    for field in ("sections", "languages", "title", "lists", "questions", "id", "quotas"):
        for value in (
            "5",
            "x",
            "null",
            "true",
            "[]",
            "{}",
            "[[[[]]]]",
            "[1, 2]",
            "{a: {a: {a: 1}}}",
            '"<script>"',
        ):
            yield (
                f"{field} {value[:6]}",
                (plain + f"{field}2: 1\n").replace(f"{field}:", f"{field}: {value}\n{field}x:", 1).encode(),
            )
