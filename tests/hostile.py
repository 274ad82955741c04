"""Hostile strings by class, written for this project: what people, files and forms may throw at any field."""

from __future__ import annotations

TAG = "hostile-tag"
"""Every piece of markup below carries this element or an event handler: neither may ever come alive."""

MARKUP = (
    f"<{TAG}>x</{TAG}>",
    f"<script>document.title='{TAG}'</script>",
    f'"><{TAG} onmouseover="alert(1)">',
    f"'><{TAG} onfocus='alert(1)' autofocus>",
    f"</textarea><{TAG}><script>alert(1)</script>",
    f"</title><{TAG}>",
    f"--><{TAG}><!--",
    f"<img src=x onerror=alert(1)><{TAG}>",
    f"<svg/onload=alert(1)><{TAG}>",
    "javascript:alert(1)",
    f"{{{{ 7 * 7 }}}}{{% raw %}}<{TAG}>",
    f"%(n)s %s {{0}} {{unit}} <{TAG}>",
    f"&lt;{TAG}&gt; &#x3c;{TAG}&#x3e; &amp;",
    f"<{TAG} style=position:fixed>",
)

FORMULAS = (
    "=1+1",
    '=HYPERLINK("http://x.invalid";"y")',
    "+1+1",
    "-1+cmd|' /C calc'!A0",
    "@SUM(1,1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "|x",
    "＝1+1",
    "＋1",
    "－1",
    "＠x",
)

SQL = (
    "' OR '1'='1",
    "'; DROP TABLE token; --",
    '" OR 1=1 --',
    "1; DELETE FROM response",
    "') UNION SELECT name FROM sqlite_master --",
    "1/**/OR/**/1=1",
    "\\'; COMMIT; --",
    "%27%20OR%201%3D1",
    "CAST('x' AS INTEGER)",
    "0x27",
)

UNICODE = (
    "🙂👨‍👩‍👧‍👦🏳️‍🌈",
    "𠀀𪚥𰀀",  # ideographs beyond the basic plane
    "שלום עולם مرحبا",
    "a\u200bb\u200cc\u200dd\ufeffe",
    "\u202egnp.exe\u202c \u2066x\u2069",
    "e\u0301 e\u0301 Å ﬁ",
    "Z͑ͫ̓a̴͍l͎g͋o",
    "ｆｕｌｌ－ｗｉｄｔｈ　１２３",
    "line one\r\nline two\rline three\nline four",
    "tab\there \x07 bell \x1b[31m",
    "民意" * 20,
    "\u0000"[:0] + "ends in spaces   ",
)

UNFIT = ("a\x00b", "\x00", "half \ud800 pair", "\udfff")
"""What no store can keep; refused in the same way everywhere."""

TARGETS = (
    "https://evil.example/",
    "//evil.example/",
    "///evil.example/",
    "/\\evil.example/",
    "\\\\evil.example",
    "/\t/evil.example/",
    "/\n/evil.example",
    "http:evil.example",
    "javascript:alert(1)",
    "https:/evil.example",
    " //evil.example",
    "evil.example",
)
"""Addresses that lead elsewhere, for every parameter that says where to go on."""

PATHS = (
    "/..%2f..%2fetc%2fpasswd",
    "/%2e%2e/%2e%2e/etc/passwd",
    "/static/%2e%2e/wsgi.py",
    "/%00",
    "/" + "x" * 6000,
)
COOKIES = ("", "x", "A" * 3000, "%00%ff", "eyJhIjoxfQ.aaaa.bbbb", '"><b>', "\\x00", "a=b=c", "é")
