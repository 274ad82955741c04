"""A condition in plain words and one language, as a reader without any code would say it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from survey.instrument.expression import Node, render
from survey.instrument.program import Program

_WORDS: Mapping[str, Mapping[str, str]] = {
    "zh": {
        "any-of": "{name}选了{codes}",
        "all-of": "{name}同时选了{codes}",
        "selected": "{name}选了{codes}",
        "=": "{name}只选了{codes}",
        "!=": "{name}不是{codes}",
        "is": "{name}是{value}",
        "<": "{name}小于{value}",
        "<=": "{name}不超过{value}",
        ">": "{name}大于{value}",
        ">=": "{name}不小于{value}",
        "is-answered": "{name}有回答",
        "blank": "{name}没有回答",
        "and": "并且",
        "or": "或者",
        "joined": "（{inner}）",
        "not": "不是（{inner}）",
        "item": "第{code}题",
        "group": "评价群体",
        "quoted": "“{label}”",
        "computed": "符合条件 {text}",
    },
    "en": {
        "any-of": "{name}: {codes}",
        "all-of": "{name}: all of {codes}",
        "selected": "{name}: {codes}",
        "=": "{name}: only {codes}",
        "!=": "{name}: not {codes}",
        "is": "{name} is {value}",
        "<": "{name} is below {value}",
        "<=": "{name} is at most {value}",
        ">": "{name} is above {value}",
        ">=": "{name} is at least {value}",
        "is-answered": "{name} is answered",
        "blank": "{name} is not answered",
        "and": " and ",
        "or": " or ",
        "joined": "({inner})",
        "not": "not ({inner})",
        "item": "Question {code}",
        "group": "Evaluator group",
        "quoted": "“{label}”",
        "computed": "the condition {text} holds",
    },
}
_CHOICES = ("any-of", "all-of", "selected", "=", "!=")
_ORDERED = ("<", "<=", ">", ">=")


def condition_in_words(program: Program, node: Node, language: str) -> str:
    """Of whom something is asked; what has no words of its own is shown as it was written."""
    return _Speaker(program, language).say(node)


class _Speaker:
    """Words for the conditions of one program in one language."""

    def __init__(self, program: Program, language: str) -> None:
        self.program, self.language = program, language
        self.words = _WORDS.get(language) or _WORDS["en"]

    def say(self, node: Node) -> str:
        if node.op == "not":
            return self.words["not"].format(inner=self.say(node.nodes[0]))
        if node.op in ("and", "or"):
            return self.words[node.op].join(self._part(part, node.op) for part in node.nodes)
        name = self._name(node.nodes[0]) if node.nodes else None
        if name is None:
            return self.words["computed"].format(text=render(node))
        if node.op == "is-answered":
            return self.words["is-answered"].format(name=name)
        values = node.nodes[1:]
        if not all(part.op in ("text", "number") for part in values):
            return self.words["computed"].format(text=render(node))
        if node.op in ("=", "!=") and values[0].name == "":
            return self.words["blank" if node.op == "=" else "is-answered"].format(name=name)
        if node.op in _ORDERED or (node.op == "=" and values[0].op == "number"):
            return self.words["is" if node.op == "=" else node.op].format(name=name, value=values[0].name)
        if node.op in _CHOICES:
            return self.words[node.op].format(name=name, codes=self._codes(node, values))
        return self.words["computed"].format(text=render(node))

    def _part(self, node: Node, around: str) -> str:
        said = self.say(node)
        return self.words["joined"].format(inner=said) if around == "and" and node.op == "or" else said

    def _name(self, operand: Node) -> str | None:
        """What the condition looks at; None where that is computed."""
        if operand.op == "points":
            return self._name(operand.nodes[0])
        if operand.op == "answer":
            return self.words["item"].format(code=operand.name)
        if operand.op != "context":
            return None
        for known in self.program.context_fields:
            if known.name == operand.name and known.text:
                return known.text.get(self.language) or known.text[self.program.first_language]
        return self.words["group"] if operand.name == "group" else operand.name

    def _codes(self, node: Node, values: Sequence[Node]) -> str:
        joint = self.words["and" if node.op == "all-of" else "or"]
        labels = (self._label(node.nodes[0], part.name) for part in values)
        return joint.join(self.words["quoted"].format(label=label) for label in labels)

    def _label(self, operand: Node, code: str) -> str:
        """The wording of the option that is named; its code where it has none."""
        place = self.program.places.get(operand.name) if operand.op == "answer" else None
        option = place.item.options_by_code.get(code) if place else None
        if option is None:
            return code
        return option.text.get(self.language) or option.text.get(self.program.first_language) or code
