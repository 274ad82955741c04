"""The tables of a newer LimeSurvey database as far as a structure file has them, and settings at rest."""

from __future__ import annotations

from collections.abc import Mapping

# A version of the newer layout that every LimeSurvey 6 reads and brings up to date.
DB_VERSION = "493"
# "I" and -1 leave a setting to the installation.
SETTINGS: Mapping[str, str] = {
    "sid": "",
    "gsid": "1",
    "admin": "inherit",
    "expires": "",
    "startdate": "",
    "adminemail": "inherit",
    "anonymized": "I",
    "format": "I",
    "savetimings": "I",
    "template": "inherit",
    "language": "",
    "additional_languages": "",
    "datestamp": "I",
    "usecookie": "N",
    "allowregister": "N",
    "allowsave": "I",
    "autonumber_start": "0",
    "autoredirect": "N",
    "allowprev": "I",
    "printanswers": "I",
    "ipaddr": "N",
    "ipanonymize": "Y",
    "refurl": "N",
    "showsurveypolicynotice": "0",
    "publicstatistics": "N",
    "publicgraphs": "N",
    "listpublic": "N",
    "htmlemail": "Y",
    "sendconfirmation": "N",
    "tokenanswerspersistence": "N",
    "assessments": "I",
    "usecaptcha": "N",
    "usetokens": "N",
    "bounce_email": "inherit",
    "emailresponseto": "inherit",
    "emailnotificationto": "inherit",
    "tokenlength": "15",
    "showxquestions": "I",
    "showgroupinfo": "I",
    "shownoanswer": "I",
    "showqnumcode": "I",
    "bounceprocessing": "N",
    "showwelcome": "I",
    "showprogress": "I",
    "questionindex": "-1",
    "navigationdelay": "-1",
    "nokeyboard": "I",
    "alloweditaftercompletion": "I",
}
_QUESTION = (
    *("qid", "parent_qid", "sid", "gid", "type", "title", "preg", "other", "mandatory", "encrypted"),
    *("question_order", "scale_id", "same_default", "relevance", "question_theme_name", "modulename"),
    "same_script",
)
TABLES: Mapping[str, tuple[str, ...]] = {
    "answers": ("aid", "qid", "code", "sortorder", "assessment_value", "scale_id"),
    "answer_l10ns": ("id", "aid", "answer", "language"),
    "defaultvalues": ("dvid", "qid", "scale_id", "sqid", "specialtype"),
    "defaultvalue_l10ns": ("id", "dvid", "language", "defaultvalue"),
    "groups": ("gid", "sid", "group_order", "randomization_group", "grelevance"),
    "group_l10ns": ("id", "gid", "group_name", "description", "language"),
    "questions": _QUESTION,
    "subquestions": _QUESTION,
    "question_l10ns": ("id", "qid", "question", "help", "script", "language"),
    "question_attributes": ("qid", "attribute", "value", "language"),
    "quota": ("id", "sid", "name", "qlimit", "action", "active", "autoload_url"),
    "quota_members": ("id", "sid", "qid", "quota_id", "code"),
    "quota_languagesettings": (
        *("quotals_id", "quotals_quota_id", "quotals_language", "quotals_name", "quotals_message"),
        *("quotals_url", "quotals_urldescrip"),
    ),
    "surveys": tuple(SETTINGS),
    "surveys_languagesettings": (
        *("surveyls_survey_id", "surveyls_language", "surveyls_title", "surveyls_description"),
        *("surveyls_welcometext", "surveyls_endtext", "surveyls_policy_notice", "surveyls_policy_error"),
        *("surveyls_policy_notice_label", "surveyls_url", "surveyls_urldescription", "surveyls_dateformat"),
        "surveyls_numberformat",
    ),
}
