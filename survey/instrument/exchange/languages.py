"""What the language of a column heading is: BCP 47 tags for the names that people write there."""

from __future__ import annotations

import re
import unicodedata

UNKNOWN = "und"
_IN_BRACKETS = re.compile(r"[(（]\s*([A-Za-z]{2,8}(?:[-_][A-Za-z0-9]{2,8}){0,3})\s*[)）]\s*\Z")
_TAG = re.compile(r"[A-Za-z]{2,3}(?:[-_](?:[A-Za-z]{4}|[A-Za-z]{2}|[0-9]{3}))*\Z")
_PRIVATE = re.compile(r"x(?:-[A-Za-z0-9]{1,8})+\Z", re.IGNORECASE)

_NAMES = {
    "zh": "chinese zh中文 中文 汉语 普通话 简体中文 chinois chinesisch 简体 中文简体 mandarin chinese_simplified",
    "zh-Hant": "繁體中文 繁体中文 中文繁體 chinese_traditional 正體中文",
    "en": "english 英文 英语 anglais englisch inglés ingles eng",
    "de": "german deutsch 德语 德文 allemand",
    "fr": "french français francais 法语 法文 französisch",
    "es": "spanish español espanol castellano 西班牙语 espagnol",
    "pt": "portuguese português portugues 葡萄牙语",
    "ru": "russian русский 俄语 俄文",
    "ar": "arabic العربية عربي 阿拉伯语 arabe",
    "ja": "japanese 日本語 日语 日文",
    "ko": "korean 한국어 韩语 朝鲜语 조선말",
    "ug": "uyghur uighur ئۇيغۇرچە 维吾尔语 维语 维吾尔文",
    "bo": "tibetan བོད་ཡིག བོད་སྐད 藏语 藏文",
    "mn": "mongolian монгол 蒙古语 蒙语 蒙古文 ᠮᠣᠩᠭᠣᠯ",
    "kk": "kazakh қазақ қазақша قازاقشا 哈萨克语 哈语",
    "za": "zhuang vahcuengh 壮语 壮文",
    "ii": "yi ꆈꌠꉙ 彝语 彝文",
    "ky": "kyrgyz кыргызча 柯尔克孜语",
    "hi": "hindi हिन्दी हिंदी",
    "ne": "nepali नेपाली",
    "bn": "bengali bangla বাংলা",
    "ur": "urdu اردو",
    "fa": "persian farsi فارسی dari",
    "ps": "pashto پښتو",
    "th": "thai ไทย",
    "vi": "vietnamese tiếng_việt việt 越南语",
    "id": "indonesian bahasa bahasa_indonesia",
    "ms": "malay bahasa_melayu",
    "my": "burmese myanmar မြန်မာ",
    "km": "khmer ខ្មែរ",
    "lo": "lao ລາວ",
    "sw": "swahili kiswahili",
    "am": "amharic አማርኛ",
    "ha": "hausa",
    "so": "somali soomaali",
    "tr": "turkish türkçe turkce",
    "it": "italian italiano",
    "nl": "dutch nederlands",
    "sv": "swedish svenska",
    "pl": "polish polski",
    "uk": "ukrainian українська",
    "ro": "romanian română romana",
    "el": "greek ελληνικά",
    "he": "hebrew עברית",
    "ht": "creole kreyòl kreyol",
    "ta": "tamil தமிழ்",
    "te": "telugu తెలుగు",
    "ml": "malayalam മലയാളം",
    "mr": "marathi मराठी",
    "tl": "tagalog filipino",
    UNKNOWN: "default",
}
_TAG_OF_NAME = {name.replace("_", " "): tag for tag, names in _NAMES.items() for name in names.split()}


def folded(name: str) -> str:
    """A name of a language as it is compared: NFC, lower case, single spaces."""
    return " ".join(unicodedata.normalize("NFC", name).lower().replace("_", " ").split())


def tag_of(name: str, *, taken: frozenset[str] = frozenset()) -> str:
    """The tag of "English (en)", "中文", "fr" or "Klingon"; never one that is taken by another name."""
    for tag in (_plain_tag(name), _private_tag(name)):
        if tag and tag not in taken:
            return tag
    number = 1
    while f"x-l{number}" in taken:
        number += 1
    return f"x-l{number}"


def _plain_tag(name: str) -> str | None:
    bracketed = _IN_BRACKETS.search(name)
    if bracketed and _TAG.match(bracketed[1]):
        return _cased(bracketed[1])
    known = _TAG_OF_NAME.get(folded(name))
    if known:
        return known
    word = name.strip()
    if _PRIVATE.match(word):
        return word.lower()
    return _cased(word) if _TAG.match(word) and (len(word) < 3 or "-" in word or "_" in word) else None


def _private_tag(name: str) -> str | None:
    """Subtags of at most eight letters: "Klingonish" is x-klingoni-sh."""
    letters = re.sub(r"[^a-z0-9]+", "", unicodedata.normalize("NFKD", name.lower()))[:24]
    parts = [letters[at : at + 8] for at in range(0, len(letters), 8)]
    return "-".join(["x", *parts]) if parts else None


def _cased(tag: str) -> str:
    """Tags as RFC 5646 writes them: zh-Hant-TW."""
    first, *rest = tag.replace("_", "-").split("-")
    shaped = [part.title() if len(part) == 4 else part.upper() for part in rest]
    return "-".join([first.lower(), *shaped])
