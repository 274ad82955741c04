"""The tiny province in three states, each built once a run and copied for the test that asks for it."""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from survey.config import Settings
from tests.admin import chain
from tests.conftest import make_settings

Builder = Callable[[Path], None]


def _once(factory: pytest.TempPathFactory, worker_id: str, name: str, build: Builder) -> Path:
    """A folder that the first of all test processes builds."""
    root = factory.getbasetemp() if worker_id == "master" else factory.getbasetemp().parent
    folder = root / f"chain-{name}"
    with (root / f"chain-{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "ready").exists():
            build(folder)
            (folder / "ready").touch()
    return folder


@pytest.fixture(scope="session")
def chain_worker(request: pytest.FixtureRequest) -> str:
    """Name of the test process under xdist, else "master"."""
    return getattr(request.config, "workerinput", {}).get("workerid", "master")


@pytest.fixture(scope="session")
def sealed_folder(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory, chain_worker: str) -> Path:
    """Waves sealed, registers in, nothing frozen."""

    def build(folder: Path) -> None:
        settings = make_settings(folder)
        (folder / "db").mkdir(parents=True)
        shutil.copy(sqlite_template, folder / "db" / "minyi.sqlite3")
        chain.build(settings).engine.dispose()

    return _once(tmp_path_factory, chain_worker, "sealed", build)


@pytest.fixture(scope="session")
def scored_folder(sealed_folder: Path, tmp_path_factory: pytest.TempPathFactory, chain_worker: str) -> Path:
    """Frozen and scored; two warnings wait for their answers."""

    def build(folder: Path) -> None:
        shutil.copytree(sealed_folder, folder, ignore=shutil.ignore_patterns("ready"))
        world = chain.world_of(make_settings(folder))
        chain.freeze(world)
        chain.run(world)
        world.engine.dispose()

    return _once(tmp_path_factory, chain_worker, "scored", build)


@pytest.fixture(scope="session")
def handed_folder(scored_folder: Path, tmp_path_factory: pytest.TempPathFactory, chain_worker: str) -> Path:
    """Handed over: answered, signed by two, sealed."""

    def build(folder: Path) -> None:
        shutil.copytree(scored_folder, folder, ignore=shutil.ignore_patterns("ready"))
        world = chain.world_of(make_settings(folder))
        chain.hand_over(world)
        world.engine.dispose()

    return _once(tmp_path_factory, chain_worker, "handed", build)


def _own_copy(folder: Path, target: Path) -> Iterator[chain.World]:
    shutil.copytree(folder, target)
    world = chain.world_of(make_settings(target))
    yield world
    world.engine.dispose()


@pytest.fixture
def sealed(sealed_folder: Path, tmp_path: Path) -> Iterator[chain.World]:
    """A world of one's own whose waves are sealed."""
    yield from _own_copy(sealed_folder, tmp_path / "world")


@pytest.fixture
def scored(scored_folder: Path, tmp_path: Path) -> Iterator[chain.World]:
    """A world of one's own with a finished run."""
    yield from _own_copy(scored_folder, tmp_path / "world")


@pytest.fixture
def handed(handed_folder: Path, tmp_path: Path) -> Iterator[chain.World]:
    """A world of one's own with a sealed hand-over."""
    yield from _own_copy(handed_folder, tmp_path / "world")


@pytest.fixture
def on_postgresql(sealed_folder: Path, postgres_settings: Settings, tmp_path: Path) -> Iterator[chain.World]:
    """The sealed world again, its rows copied into PostgreSQL."""
    for source in _own_copy(sealed_folder, tmp_path / "source"):
        world = chain.World(
            settings=postgres_settings,
            engine=chain.make_engine(postgres_settings.database_url),
            keys=source.keys,
        )
        chain.copy_rows(source.engine, world.engine)
        yield world
        world.engine.dispose()


@pytest.fixture
def postgres_settings(postgres_template: str, tmp_path: Path) -> Iterator[Settings]:
    """Settings of an empty installation on PostgreSQL."""
    import uuid

    from sqlalchemy.engine import make_url

    from tests import postgres

    template = make_url(postgres_template)
    name = f"test_{uuid.uuid4().hex[:12]}"
    postgres.create_database(template, name, template=template.database)
    yield make_settings(
        tmp_path / "postgres", template.set(database=name).render_as_string(hide_password=False)
    )
    postgres.drop_database(template, name)
