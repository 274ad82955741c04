"""The words of answers that LimeSurvey knows without a file saying them: yes, no, increase, other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

_LANGUAGES = ("zh", "zh-Hant", "en", "de", "fr", "es", "it", "pt", "nl", "sv", "ru", "ar", "ja")
_WORDS: Mapping[str, tuple[str, ...]] = {
    "yes": ("是", "是", "Yes", "Ja", "Oui", "Sí", "Sì", "Sim", "Ja", "Ja", "Да", "نعم", "はい"),
    "no": ("否", "否", "No", "Nein", "Non", "No", "No", "Não", "Nee", "Nej", "Нет", "لا", "いいえ"),
    "uncertain": (
        *(
            "不确定",
            "不確定",
            "Uncertain",
            "Unsicher",
            "Incertain",
            "Dudoso",
            "Incerto",
            "Incerto",
            "Onzeker",
        ),
        *("Osäker", "Не уверен", "غير متأكد", "不確か"),
    ),
    "increase": (
        *("增加", "增加", "Increase", "Zunahme", "Augmentation", "Aumento", "Aumento", "Aumento", "Toename"),
        *("Ökning", "Увеличение", "زيادة", "増加"),
    ),
    "same": (
        *("不变", "不變", "Same", "Gleich", "Identique", "Igual", "Uguale", "Igual", "Gelijk"),
        *("Samma", "Без изменений", "نفس الشيء", "変わらない"),
    ),
    "decrease": (
        *("减少", "減少", "Decrease", "Abnahme", "Diminution", "Disminución", "Diminuzione", "Diminuição"),
        *("Afname", "Minskning", "Уменьшение", "نقصان", "減少"),
    ),
    "female": (
        *("女", "女", "Female", "Weiblich", "Féminin", "Femenino", "Femmina", "Feminino", "Vrouw", "Kvinna"),
        *("Женский", "أنثى", "女性"),
    ),
    "male": (
        *("男", "男", "Male", "Männlich", "Masculin", "Masculino", "Maschio", "Masculino", "Man", "Man"),
        *("Мужской", "ذكر", "男性"),
    ),
    "other": (
        *("其他", "其他", "Other", "Sonstiges", "Autre", "Otro", "Altro", "Outro", "Anders", "Annat"),
        *("Другое", "أخرى", "その他"),
    ),
    "comment": (
        *(
            "补充说明",
            "補充說明",
            "Comment",
            "Kommentar",
            "Commentaire",
            "Comentario",
            "Commento",
            "Comentário",
        ),
        *("Opmerking", "Kommentar", "Комментарий", "تعليق", "コメント"),
    ),
}


def built_in(word: str, languages: Iterable[str]) -> dict[str, str]:
    """A word in those of the languages that it is known in."""
    texts = dict(zip(_LANGUAGES, _WORDS[word], strict=True))
    found = {}
    for language in languages:
        text = texts.get(_known(language))
        if text:
            found[language] = text
    return found


def _known(tag: str) -> str:
    parts = tag.split("-")
    if parts[0] == "zh" and ({"Hant", "TW", "HK", "MO"} & set(parts)):
        return "zh-Hant"
    return parts[0]
