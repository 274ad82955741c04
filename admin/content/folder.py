"""Finds and reads the files of a content folder, each checked against the schema of its kind."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from admin.content.problems import ContentProblem, short_context
from admin.content.shape import check_shape
from admin.content.yaml_file import YamlFile, read_yaml

DOCUMENTS = ("province", "framework", "scoring", "simulation", "participation", "report")
_OPTIONAL = ("worked_examples",)
_INSTRUMENTS, _SCALES = "instruments", "_scales"
_MODULE_SCHEMA = "satisfaction-demo/module/1"
_NOTES = "README.md"
_MAX_FILES = 100


@dataclass(slots=True, kw_only=True)
class FolderFiles:
    """The documents by name; ``problems`` is empty only if all of them are there and fit their schemas."""

    documents: dict[str, YamlFile] = field(default_factory=dict)
    instruments: dict[str, YamlFile] = field(default_factory=dict)
    modules: dict[str, YamlFile] = field(default_factory=dict)
    scales: YamlFile
    problems: list[ContentProblem] = field(default_factory=list)


def read_folder(folder: Path) -> FolderFiles:
    """Read every file of a folder; nothing raises, whatever lies there."""
    files = FolderFiles(scales=YamlFile(name=f"{_INSTRUMENTS}/{_SCALES}.yaml", value={}, marks={}))
    expected = [f"{name}.yaml" for name in (*DOCUMENTS, *_OPTIONAL)]
    _refuse_strangers(files, folder, [*expected, _INSTRUMENTS, _NOTES])
    for name in (*DOCUMENTS, *_OPTIONAL):
        path = folder / f"{name}.yaml"
        if name in _OPTIONAL and not path.exists():
            continue
        document = _read(files, path, name=path.name)
        if document and _fits(files, document, name) and name in DOCUMENTS:
            files.documents[name] = document
    _read_instruments(files, folder / _INSTRUMENTS)
    return files


def _read_instruments(files: FolderFiles, folder: Path) -> None:
    paths = sorted(folder.glob("*.yaml")) if folder.is_dir() else []
    _refuse_strangers(files, folder, [path.name for path in paths[:_MAX_FILES]], prefix=f"{_INSTRUMENTS}/")
    if not any(path.stem == _SCALES for path in paths):
        _refuse(files, "file_missing", f"{_INSTRUMENTS}/{_SCALES}.yaml")
    for path in paths[:_MAX_FILES]:
        document = _read(files, path, name=f"{_INSTRUMENTS}/{path.name}")
        if document is None:
            continue
        if path.stem == _SCALES:
            if _fits(files, document, "scales"):
                files.scales = document
            continue
        is_mapping = isinstance(document.value, dict)
        is_module = is_mapping and document.value.get("schema") == _MODULE_SCHEMA
        if _fits(files, document, "module" if is_module else "instrument"):
            code = document.value["id"]
            if code != path.stem:
                files.problems.append(document.problem("not_allowed", ("id",), value=code, known=path.stem))
            (files.modules if is_module else files.instruments)[code] = document


def _read(files: FolderFiles, path: Path, *, name: str) -> YamlFile | None:
    if not path.exists():
        _refuse(files, "file_missing", name)
        return None
    document = read_yaml(path, name=name)
    if isinstance(document, ContentProblem):
        files.problems.append(document)
        return None
    return document


def _fits(files: FolderFiles, document: YamlFile, kind: str) -> bool:
    problems = check_shape(document, kind)
    files.problems.extend(problems)
    return not problems


def _refuse_strangers(files: FolderFiles, folder: Path, known: Iterable[str], *, prefix: str = "") -> None:
    names = set(known)
    if folder.is_dir():
        for path in sorted(folder.iterdir()):
            if path.name not in names:
                _refuse(files, "file_unknown", prefix + path.name)


def _refuse(files: FolderFiles, code: str, name: str) -> None:
    files.problems.append(ContentProblem(code=code, file=name, context=short_context({"name": name})))
