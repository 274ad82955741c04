"""Why something of a LimeSurvey file is not carried over, or is carried over in another way."""

from __future__ import annotations

from collections.abc import Mapping

from survey.instrument.exchange.report import ALWAYS, Reason, catalogue

REASONS: Mapping[str, Reason] = catalogue(
    "limesurvey",
    {
        # Expressions
        "unreadable": (
            "不是能读懂的表达式，保留原文。",
            "it is no expression that can be read; it is kept as it stands.",
        ),
        "no_expression": (
            "花括号里不是表达式，按文字保留。",
            "what stands in the braces is no expression; it is kept as text.",
        ),
        "too_large": (
            "表达式太长。",
            "the expression is too long.",
        ),
        "too_deep": (
            "表达式嵌套太深。",
            "the expression is nested too deep.",
        ),
        "assignment": (
            "表达式给其他题目赋值，这里不允许：答案只由受访者填写。",
            "it assigns a value to an answer; here only respondents write answers.",
        ),
        "function": (
            "没有对应的函数。",
            "there is no such function here.",
        ),
        "arguments": (
            "函数的参数写法没有对应。",
            "the function is used with arguments that have no counterpart.",
        ),
        "pattern": (
            "正则表达式用了 RE2 没有的写法。",
            "the pattern uses what RE2 does not have.",
        ),
        "suffix": (
            "变量的这个属性没有对应。",
            "this property of a variable has no counterpart.",
        ),
        "no_value": (
            "文字显示和文件题没有可引用的值。",
            "a text display or a file has no value that can be used.",
        ),
        "token": (
            "受访者名单里的信息不进入问卷。",
            "what is known of a participant is not part of an instrument.",
        ),
        "unknown_name": (
            "没有这个名称的题目。",
            "no question has this name.",
        ),
        "set_outside_function": (
            "self、that 只能写在函数里。",
            "“self” and “that” mean something only inside a function.",
        ),
        "no_computing_here": (
            "这里的文字不能含计算。",
            "texts of this kind cannot hold a computation.",
        ),
        "later_answer": (
            "用到了后面才问的答案；这里的文字只能用前面的答案，保留原文。",
            "it uses an answer that is asked later; texts here use earlier answers only. It is kept as it stands.",
        ),
        "label_for_code": (
            "原来显示选项代码，现在显示选项文字。",
            "it showed the code of the chosen option and now shows its label.",
        ),
        "relevance_lost": (
            "显示条件无法转换：题目暂时对所有人显示，原条件保留在题目里。",
            "the condition cannot be carried over: everybody is asked for now; the original is kept with the item.",
        ),
        "validation_lost": (
            "校验规则无法转换，原文保留在题目里。",
            "the validation cannot be carried over; the original is kept with the item.",
        ),
        "conditions_win": (
            "旧式条件表与显示条件同时存在，以条件表为准。",
            "there are rows of conditions and a relevance; the rows win, as they do in LimeSurvey.",
        ),
        # Texts
        **ALWAYS,
        # Structure
        "orphan": (
            "所属的题目或题组不在文件里。",
            "what it belongs to is not in the file.",
        ),
        "group_missing": (
            "题目所属的题组不在文件里，已放入单独一节。",
            "its group is not in the file; it was put into a section of its own.",
        ),
        "unknown_type": (
            "没有这种题型，按文字题导入。",
            "there is no such type; it becomes a text.",
        ),
        "language_switch": (
            "题目不切换界面语言；每一页都可以切换。",
            "the question does not switch the language; every page can do that.",
        ),
        "scale_unused": (
            "这种题型没有第二组选项。",
            "a question of this type has no second scale.",
        ),
        "answers_unused": (
            "这种题型的选项是固定的，文件里另列的选项不用。",
            "the options of this type are fixed; those listed in the file are not used.",
        ),
        "rows_unused": (
            "这种题型没有子题，文件里的子题不用。",
            "a question of this type has no rows; those in the file are not used.",
        ),
        "option_relevance": (
            "选项的显示条件无法转换，保留供导出。",
            "the condition of a single option cannot be carried over; it is kept for export.",
        ),
        "renamed": (
            "代码不合规则，已改写；导出时写回原来的代码。",
            "the code does not fit here and was changed; the original is written back on export.",
        ),
        "default_lost": (
            "默认值没有对应，保留供导出。",
            "the default has no counterpart; it is kept for export.",
        ),
        "hidden": (
            "隐藏题：没有可显示的内容，不向任何人显示。",
            "a hidden question: it is shown to nobody.",
        ),
        "equation_differs": (
            "各语言的公式不同，只用默认语言的公式。",
            "the equation differs between languages; that of the first language is used.",
        ),
        "equation_lost": (
            "公式无法转换，原文保留在题目里。",
            "the equation cannot be carried over; the original is kept with the item.",
        ),
        "place_county": (
            "地图题只收集县级位置。",
            "of a place on the map only the county is collected.",
        ),
        "soft_mandatory": (
            "“软必答”：可以留空，不再提醒；导出时写回。",
            "“soft mandatory”: it may be left blank, without a reminder; it is written back on export.",
        ),
        # Attributes
        "presentation": (
            "只影响外观，不起作用；保留供导出。",
            "it only changes the looks and has no effect here; it is kept for export.",
        ),
        "behaviour": (
            "没有对应的功能，不起作用；保留供导出。",
            "there is no such function here; it has no effect and is kept for export.",
        ),
        "timer": (
            "不限时作答：限时会伤害需要更多时间的人；保留供导出。",
            "answers are not timed here: a limit hurts those who need longer; it is kept for export.",
        ),
        "computed_limit": (
            "由表达式决定的项数已并入校验条件；原设置保留供导出。",
            "a number of choices that is computed became part of the constraint; the setting is kept for export.",
        ),
        "sum_bound": (
            "只检查各行，不检查合计；保留供导出。",
            "rows are checked, their sum is not; it is kept for export.",
        ),
        "bound_lost": (
            "界限无法转换，不起作用；保留供导出。",
            "the bound cannot be carried over; it has no effect and is kept for export.",
        ),
        "filter_lost": (
            "筛选的来源题没有找到，不起作用；保留供导出。",
            "the question that filters was not found; it has no effect and is kept for export.",
        ),
        "filter_options": (
            "选项只能按前面的多选题筛选；保留供导出。",
            "options can only be filtered by an earlier multiple choice; it is kept for export.",
        ),
        "theme": (
            "题目样式不起作用；保留供导出。",
            "the theme of the question has no effect; it is kept for export.",
        ),
        "attribute_limit": (
            "属性太多，没有保留。",
            "there are too many attributes to keep them all.",
        ),
        # The survey
        "setting": (
            "访问和显示的设置不属于问卷，在调查里另行设置。",
            "settings of access and display are no part of an instrument.",
        ),
        "letters": (
            "邀请、提醒等信件不属于问卷，在调查里另行编写。",
            "letters such as invitations are no part of an instrument.",
        ),
        "end_url": (
            "结束后不跳转到其他网址；保留供导出。",
            "the interview does not lead to another address at its end; it is kept for export.",
        ),
        "language_unknown": (
            "问卷没有这种语言，这种语言的文字不导入。",
            "the survey does not have this language; texts in it are not imported.",
        ),
        "policy_hidden": (
            "隐私声明没有启用，不导入。",
            "the notice on data protection is not switched on and is not imported.",
        ),
        "default_language": (
            "默认值随语言不同，只用默认语言的。",
            "the default differs between languages; that of the first language is used.",
        ),
        "encrypted": (
            "答案一律加密封存，不需要逐题设置。",
            "all answers are sealed and encrypted here; there is no setting for one question.",
        ),
        "description": (
            "问卷描述不显示；保留供导出。",
            "the description of the survey is not shown; it is kept for export.",
        ),
        "table": (
            "不属于问卷，不导入。",
            "it is no part of an instrument and is not imported.",
        ),
        "assessments": (
            "按分值给出评语的功能没有对应。",
            "assessments by score have no counterpart.",
        ),
        "assessment_value": (
            "选项的分值不起作用；保留供导出。",
            "the values of options for assessments have no effect; they are kept for export.",
        ),
        "random_group": (
            "同名题组之间随机排序；这里所有标记的节一起随机。",
            "groups of one name change places among themselves; here all marked sections do.",
        ),
        # Quotas
        "quota_inactive": (
            "停用的配额，不导入。",
            "the quota is switched off and is not imported.",
        ),
        "quota_member": (
            "配额的这个条件没有对应，配额不导入。",
            "the quota cannot be carried over, because this condition of it has no counterpart.",
        ),
        "quota_empty": (
            "配额没有任何条件，不导入。",
            "the quota has no condition and is not imported.",
        ),
        "quota_limit": (
            "配额的上限不是数字，不导入。",
            "the limit of the quota is no number; it is not imported.",
        ),
        "quota_action": (
            "配额满后不能返回修改答案。",
            "when the quota is full, answers cannot be changed to avoid it.",
        ),
        "quota_url": (
            "配额满后不跳转到其他网址。",
            "a full quota does not lead to another address.",
        ),
        # The way out
        "out_type": (
            "LimeSurvey 没有这种题型，改用最接近的。",
            "LimeSurvey has no such type; the nearest one is used.",
        ),
        "out_left": (
            "LimeSurvey 没有可代替的题型，没有导出。",
            "nothing there can stand for it; it is left out.",
        ),
        "out_columns": (
            "LimeSurvey 的表格题只能有两组选项；只导出行。",
            "an array has two scales at most; only the rows are written.",
        ),
        "out_language": (
            "语言代码改成 LimeSurvey 的写法。",
            "the language has another code there.",
        ),
        "out_name": (
            "LimeSurvey 的代码只能用字母和数字，最多20个；已改写。",
            "codes are letters and digits there, 20 at most; it was changed.",
        ),
        "out_expression": (
            "表达式无法写成 ExpressionScript，没有导出。",
            "the expression cannot be written in ExpressionScript and is left out.",
        ),
        "out_field": (
            "LimeSurvey 没有这一栏，没有导出。",
            "LimeSurvey has no place for it; it is left out.",
        ),
        "out_section": (
            "LimeSurvey 的题组不能嵌套或循环，已展开为普通题组。",
            "groups cannot be nested or repeated there; it becomes a plain group.",
        ),
        "out_list": (
            "选项表已抄写到每一题。",
            "the options of the list are written out at each question.",
        ),
        "out_scale": (
            "共用量表不在文件里，没有选项可写。",
            "the shared scale is not part of the document, so there are no options to write.",
        ),
        "out_quota": (
            "配额条件无法写成题目与答案的组合，没有导出。",
            "the quota is no combination of questions and answers and is left out.",
        ),
    },
)
