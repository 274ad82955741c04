"""Settings: read once from the environment, typed, documented in docs/settings.md, unknown names refused."""

from __future__ import annotations

import contextlib
import logging
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, fields
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

PREFIX = "SURVEY_"
_THIS_MACHINE = {"127.0.0.1", "::1", "localhost"}


class BadSettings(ValueError):
    """A setting is unknown, malformed, or not fit for production."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What one process of Minyi is told from outside."""

    data_dir: Path
    """Folder for the embedded database and frozen datasets."""
    key_dir: Path
    """Folder of the keys; outside the database and outside its backups."""
    database_url: str
    base_url: str
    """The address people type; every absolute link is built from it."""
    secret_key: str
    production: bool = False
    time_zone: str = "Asia/Shanghai"
    proxy_hops: int = 0
    """Number of trusted proxies in front; X-Forwarded-* of others is ignored."""
    log_level: str = "INFO"
    workers: int = 2
    """Processes that the demo and analyses may use."""
    retention_years: int = 2
    """Single answers are kept to the end of the year that lies so many years after their cycle's."""
    auditor_key: str | None = None
    """The audit office's public key as it announced it; its signature is wanted before a wave opens in production."""
    redis_url: str | None = None
    """A Redis in which several processes count together; without one, each counts for itself."""

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Settings from ``SURVEY_*`` variables. Raises BadSettings, naming the variable and the remedy."""
        env = dict(os.environ if environ is None else environ)
        known = {PREFIX + f.name.upper() for f in fields(cls)}
        if unknown := sorted(n for n in env if n.startswith(PREFIX) and n not in known):
            raise BadSettings(f"unknown setting {unknown[0]}; known: {', '.join(sorted(known))}")
        get = {n.removeprefix(PREFIX).lower(): v for n, v in env.items() if n in known}
        data_dir = Path(get.get("data_dir", ".minyi")).resolve()
        key_dir = Path(get.get("key_dir", str(data_dir / "keys"))).resolve()
        settings = cls(
            data_dir=data_dir,
            key_dir=key_dir,
            database_url=get.get("database_url", f"sqlite:///{data_dir / 'db' / 'minyi.sqlite3'}"),
            base_url=get.get("base_url", "http://127.0.0.1:8000").rstrip("/"),
            secret_key=get.get("secret_key") or _kept_secret(data_dir),
            production=_flag("production", get.get("production", "0")),
            time_zone=_zone(get.get("time_zone", "Asia/Shanghai")),
            proxy_hops=_count("proxy_hops", get.get("proxy_hops", "0")),
            log_level=_level(get.get("log_level", "INFO")),
            workers=_count("workers", get.get("workers", "2"), least=1),
            retention_years=_count("retention_years", get.get("retention_years", "2")),
            auditor_key=get.get("auditor_key"),
            redis_url=_redis(get.get("redis_url")),
        )
        settings.check()
        return settings

    @property
    def host(self) -> str:
        """Host name of ``base_url``."""
        return urlsplit(self.base_url).hostname or ""

    @property
    def is_https(self) -> bool:
        """True where people reach the site by https."""
        return self.base_url.startswith("https://")

    def check(self) -> None:
        """Raise BadSettings where these settings cannot be run with."""
        self._check_database()
        if not self.production:
            return
        if not self.is_https:
            raise BadSettings("SURVEY_BASE_URL must be an https address in production")
        if len(self.secret_key) < 32:
            raise BadSettings("SURVEY_SECRET_KEY needs at least 32 characters in production")
        redis = urlsplit(self.redis_url or "")
        if redis.scheme == "redis" and redis.hostname not in _THIS_MACHINE:
            raise BadSettings(
                "SURVEY_REDIS_URL must begin with rediss:// in production, or lead to this machine"
            )

    def _check_database(self) -> None:
        """Whoever copies the folder of the embedded database must not copy the keys with it."""
        try:
            url = make_url(self.database_url)
        except ArgumentError as error:
            raise BadSettings("SURVEY_DATABASE_URL is not a database address") from error
        if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
            return
        folder = Path(url.database).resolve().parent
        if self.key_dir.is_relative_to(folder):
            raise BadSettings(
                f"SURVEY_KEY_DIR lies inside {folder}, the folder of the database and of its backups; "
                "keep keys in a folder of their own"
            )


def _flag(name: str, raw: str) -> bool:
    if raw not in {"0", "1"}:
        raise BadSettings(f"{PREFIX}{name.upper()} is 0 or 1, not {raw!r}")
    return raw == "1"


def _count(name: str, raw: str, *, least: int = 0) -> int:
    if not raw.isascii() or not raw.isdigit() or len(raw) > 6 or int(raw) < least:
        raise BadSettings(f"{PREFIX}{name.upper()} is a whole number from {least} on, not {raw!r}")
    return int(raw)


def _redis(raw: str | None) -> str | None:
    if not raw:
        return None
    if urlsplit(raw).scheme not in {"redis", "rediss", "unix"}:
        raise BadSettings(f"{PREFIX}REDIS_URL begins with redis://, rediss:// or unix://")
    if find_spec("redis") is None:
        raise BadSettings(f"{PREFIX}REDIS_URL needs the extra `redis`: install minyi[redis]")
    return raw


def _zone(raw: str) -> str:
    try:
        return ZoneInfo(raw).key
    except (ValueError, OSError, ZoneInfoNotFoundError) as error:
        raise BadSettings(f"{PREFIX}TIME_ZONE is the IANA name of a time zone, not {raw!r}") from error


def _level(raw: str) -> str:
    if raw not in logging.getLevelNamesMapping():
        raise BadSettings(f"{PREFIX}LOG_LEVEL is DEBUG, INFO, WARNING or ERROR, not {raw!r}")
    return raw


def _kept_secret(data_dir: Path) -> str:
    """The secret of an embedded installation: made once, kept readable by its owner only."""
    path = data_dir / "secret_key"
    if not path.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        descriptor = os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
        with contextlib.suppress(FileExistsError):  # another process was faster: use its secret
            os.link(temporary, path)
        temporary.unlink()
    return path.read_text()
