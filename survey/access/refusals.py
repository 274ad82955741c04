"""What people are told who cannot enter: one sentence on what happened and one on what to do."""

from __future__ import annotations

from survey.access.rules import Refusal
from survey.errors import Conflict, Gone, HouseError, NotFound, RateLimited

_TEXTS: dict[Refusal, tuple[type[HouseError], str, str]] = {
    Refusal.MALFORMED: (
        NotFound,
        "这个链接不完整。请从短信或信件中重新打开整个链接。",
        "This link is not complete. Open the whole link from your message or letter again.",
    ),
    Refusal.UNKNOWN: (
        NotFound,
        "没有找到这个链接。请检查是否抄写正确，或联系寄信的单位。",
        "This link is not known. Check that it was copied correctly, or ask whoever sent it.",
    ),
    Refusal.USED: (
        Gone,
        "这个链接已经用过：一份邀请只能作答一次。您的答卷没有丢失，可凭回执查询。",
        "This link has been used: an invitation counts once. Nothing was lost; your receipt shows it.",
    ),
    Refusal.EXPIRED: (
        Gone,
        "这个链接已过有效期，不能再作答。感谢您的关注。",
        "This link has expired and can no longer be used. Thank you for your interest.",
    ),
    Refusal.NOT_YET: (
        Conflict,
        "这项调查还没有开始。请在邀请上写明的日期再来。",
        "This survey has not opened yet. Please come back on the date in your invitation.",
    ),
    Refusal.CLOSED: (
        Gone,
        "这项调查已经结束，不再接收答卷。结果将在公布的日期公开。",
        "This survey has closed and takes no more answers. The result is published on the announced day.",
    ),
}


def refusal(reason: Refusal) -> HouseError:
    """The exception for a reason."""
    kind, zh, en = _TEXTS[reason]
    return kind(reason.value, zh=zh, en=en)


def no_such_entry() -> HouseError:
    """An open address that does not exist."""
    return NotFound(
        "entry_unknown",
        zh="没有这个调查入口。请检查网址。",
        en="There is no survey at this address. Please check it.",
    )


def no_such_counter_code() -> HouseError:
    """A code of a counter that no screen shows now."""
    return NotFound(
        "counter_code_unknown",
        zh="这个二维码已经失效，或抄写有误。屏幕上的码每分钟更换，请到窗口重新扫码或抄写。",
        en="This code is no longer good, or was copied with a slip. The screen shows another one every minute: "
        "scan or copy the present one.",
    )


def grant_expired() -> HouseError:
    """The half hour between the link and the first page is over, or the cookie is not ours."""
    return Gone(
        "grant_expired",
        zh="打开链接后停留太久。请再次打开您的链接；还没有任何内容丢失。",
        en="Too much time has passed since you opened your link. Open it again; nothing was lost.",
    )


def too_often(retry_after: int) -> RateLimited:
    """A limit per network was reached."""
    return RateLimited(
        "too_often",
        zh="来自这个网络的请求太多。请稍后再试；已经开始的问卷不受影响。",
        en="Too many attempts from this network. Try again later; interviews under way are not affected.",
        retry_after=retry_after,
    )
