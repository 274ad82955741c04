"""What people are told who cannot enter: one sentence on what happened and one on what to do."""

from __future__ import annotations

from survey.access import printed
from survey.access.rules import Refusal
from survey.errors import Conflict, Gone, HouseError, NotFound, RateLimited

_FEW_GROUPS = 2
_TEXTS: dict[Refusal, tuple[type[HouseError], str, str]] = {
    Refusal.MALFORMED: (
        NotFound,
        "这个链接不完整，或抄写有误，所以打不开任何问卷。请从短信中重新打开整个链接，或输入信件上印的编码。",
        "This link is not complete or has a slip in it, so it opens nothing. Open the whole link from your "
        "message again, or type in the code that is printed in your letter.",
    ),
    Refusal.UNKNOWN: (
        NotFound,
        "没有找到这个链接或编码。它可能抄错了，也可能不是我们发出的。请对照短信或信件再试一次，或联系寄信的单位。",
        "This link or code is not known here. It may have been copied with a slip, or it did not come from us. "
        "Compare it with your message or letter and try again, or ask whoever sent it.",
    ),
    Refusal.USED: (
        Gone,
        "这份邀请已经用过：每份邀请只能作答一次。您的答卷没有丢失，可凭回执查询。如果不是您本人作答，请告诉寄信的单位。",
        "This invitation has been used: each counts once. Nothing was lost; your receipt shows that it arrived. "
        "If it was not you who answered, tell whoever sent the invitation.",
    ),
    Refusal.EXPIRED: (
        Gone,
        "这份邀请已过有效期，不能再作答。您没有做错什么。结果公布后，任何人都可以查看。",
        "This invitation has expired and can no longer be used. You did nothing wrong. When the result is "
        "published, anybody can read it.",
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


def no_link_here() -> HouseError:
    """Somebody came to a questionnaire without a link, or with a browser that kept nothing of it."""
    return Gone(
        "grant_missing",
        zh="这个浏览器里没有您的邀请。请从短信、信件或二维码重新进入。如果再次看到本页，说明这个浏览器不保存Cookie："
        "请复制链接，换一个浏览器打开。",
        en="This browser does not have your invitation. Come in again by your message, letter or QR code. If you "
        "see this page once more, the browser keeps no cookies: copy the link and open it in another one.",
    )


def mistyped(typed: printed.Typed) -> HouseError:
    """A typed code that cannot be right: which groups to look at, or how many characters there should be."""
    if not typed.n_typed:
        return NotFound(Refusal.MALFORMED.value, zh="请输入编码。", en="Type in the code.")
    if typed.wrong and len(typed.wrong) <= _FEW_GROUPS:
        number, group = typed.wrong[0]
        if len(typed.wrong) == 1:
            return NotFound(
                Refusal.MALFORMED.value,
                zh="第%(number)s组“%(group)s”有误。请与信件或屏幕逐字对照。",
                en="Group %(number)s, “%(group)s”, has a slip. Compare it with the letter or screen, "
                "character by character.",
                number=number,
                group=group,
            )
        return NotFound(
            Refusal.MALFORMED.value,
            zh="第%(number)s组“%(group)s”和第%(other)s组“%(more)s”有误，或两组互换了位置。请逐字对照。",
            en="Groups %(number)s, “%(group)s”, and %(other)s, “%(more)s”, have a slip or changed places. "
            "Compare them character by character.",
            number=number,
            group=group,
            other=typed.wrong[1][0],
            more=typed.wrong[1][1],
        )
    return NotFound(
        Refusal.MALFORMED.value,
        zh="这不像是信件或屏幕上的编码。信件上的编码有20位，分4组；屏幕上的有15位，分3组；您输入了%(n)s位。",
        en="This is not a code from a letter or a screen. A letter has 20 characters in 4 groups, a screen 15 in 3; "
        "you typed %(n)s.",
        n=typed.n_typed,
    )


def too_often(retry_after: int) -> RateLimited:
    """A limit per network was reached."""
    return RateLimited(
        "too_often",
        zh="来自这个网络的请求太多。请稍后再试；已经开始的问卷不受影响。",
        en="Too many attempts from this network. Try again later; interviews under way are not affected.",
        retry_after=retry_after,
    )
