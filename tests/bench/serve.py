"""The embedded server as a process of its own: ``python -m tests.bench.serve PORT``; settings from ``SURVEY_*``."""

from __future__ import annotations

import sys

from admin.demo.serve import serve_forever
from wsgi import create_app

if __name__ == "__main__":
    serve_forever(create_app("all"), port=int(sys.argv[1]))
