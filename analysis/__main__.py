"""Home of `python -m analysis PLAN DATA -o OUT`, the same command without the platform."""

from analysis.cli import analyse

if __name__ == "__main__":
    analyse(prog_name="python -m analysis")
