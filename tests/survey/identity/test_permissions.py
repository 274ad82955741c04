"""Separation of duties: which roles exclude each other, and what no single role may do."""

from __future__ import annotations

from itertools import combinations

import pytest

from survey.identity.permissions import (
    ROLE_PERMISSIONS,
    Permission,
    Role,
    permissions_of,
    why_not_together,
)


@pytest.mark.parametrize(
    "pair",
    list(combinations([Role.SYSTEM_ADMIN, Role.ROLE_ADMIN, Role.AUDITOR], 2)),
    ids=lambda p: "+".join(p),
)
def test_no_account_holds_two_of_the_three_administrations(pair: tuple[Role, Role]) -> None:
    assert why_not_together(pair) is not None
    assert why_not_together([*pair, Role.OBSERVER]) is not None


def test_a_liaison_of_an_assessed_unit_holds_no_other_duty() -> None:
    assert all(
        why_not_together([Role.UNIT_LIAISON, other]) for other in Role if other is not Role.UNIT_LIAISON
    )
    assert why_not_together([Role.UNIT_LIAISON]) is None


def test_other_roles_go_together() -> None:
    assert why_not_together([Role.ANALYST, Role.STATISTICIAN]) is None
    assert why_not_together([]) is None


def test_every_permission_is_held_by_somebody_and_every_role_is_known() -> None:
    assert set(ROLE_PERMISSIONS) == set(Role)
    assert frozenset[Permission]().union(*ROLE_PERMISSIONS.values()) == set(Permission)


def test_who_writes_does_not_lock() -> None:
    for role, held in ROLE_PERMISSIONS.items():
        assert not ({Permission.INSTRUMENT_EDIT, Permission.INSTRUMENT_LOCK} <= held), role
        assert not ({Permission.PLAN_EDIT, Permission.PLAN_LOCK} <= held), role
        assert not (Permission.PLAN_EDIT in held and Permission.HANDOVER_SIGN in held), role
        assert not (Permission.PLAN_EDIT in held and Permission.QUALITY_DECIDE in held), role


def test_those_who_watch_change_nothing() -> None:
    reading = {p for p in Permission if p.value.endswith(".view")} | {Permission.OWN_ACCOUNT}
    # All that the auditor adds is the audit office's own signature, which nobody can make but the office.
    assert permissions_of([Role.AUDITOR]) <= reading | {Permission.LOG_COSIGN}
    assert permissions_of([Role.SYSTEM_ADMIN]) <= {
        Permission.OWN_ACCOUNT,
        Permission.HOME_VIEW,
        Permission.HEALTH_VIEW,
    }
    assert permissions_of([]) == {Permission.OWN_ACCOUNT, Permission.HOME_VIEW}
