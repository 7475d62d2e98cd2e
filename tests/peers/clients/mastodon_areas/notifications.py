"""Notifications one by one and in groups, and the policy that holds some back."""

from mastodon.errors import MastodonNotFoundError

from steps import check, refused, step


def run(people):
    """Ben does three things; amy alone hears of them."""
    amy, ben = people.amy, people.ben
    status = step("post", lambda: amy.status_post("Who has the keys?"))
    step("clear", amy.notifications_clear)
    step("favourite", lambda: ben.status_favourite(status))
    step("reblog", lambda: ben.status_reblog(status))
    step("mention", lambda: ben.status_post("@amy I have them"))

    told = step("notifications", amy.notifications)
    kinds = [(one.type, one.account.username) for one in told]
    wanted = [("mention", "ben"), ("reblog", "ben"), ("favourite", "ben")]
    step("all three, newest first", lambda: check(kinds == wanted, f"{kinds}"))
    step("about the status", lambda: check(told[2].status.id == status.id, f"{told[2].status.id}"))
    step("by type", lambda: check(len(amy.notifications(types=["mention"])) == 1, "more or less than the mention"))
    step("without a type", lambda: check(len(amy.notifications(exclude_types=["mention"])) == 2, "not the other two"))
    step("unread", lambda: check(amy.notifications_unread_count().count == 3, "not three"))
    refused("ben reads one of amy's", lambda: ben.notifications(id=told[0]), MastodonNotFoundError)

    groups = step("grouped", amy.grouped_notifications)
    kinds = [(one.type, one.notifications_count) for one in groups.notification_groups]
    step("a group each", lambda: check(kinds == [("mention", 1), ("reblog", 1), ("favourite", 1)], f"{kinds}"))
    step("with accounts", lambda: check([one.username for one in groups.accounts] == ["ben"], f"{groups.accounts}"))
    key = groups.notification_groups[2].group_key
    step("dismiss group", lambda: amy.dismiss_grouped_notification(key))
    step("dismiss one", lambda: amy.notifications_dismiss(told[1]))
    left = step("left", lambda: [one.type for one in amy.notifications()])
    step("the mention is left", lambda: check(left == ["mention"], f"{left}"))

    held_back(ben, people.zoe)


def held_back(ben, zoe):
    """Zoe, who follows nobody, wants to hear of whom she follows alone."""
    policy = step("policy", lambda: zoe.update_notifications_policy(for_not_following="filter"))
    step("is kept", lambda: check(policy.for_not_following == "filter", f"{policy}"))
    step("a stranger writes", lambda: ben.status_post("@zoe have you a minute?"))
    step("is held back", lambda: check(zoe.notifications() == [], "it was let through"))
    waiting = step("requests", zoe.notification_requests)
    names = [one.account.username for one in waiting]
    step("as a request", lambda: check(names == ["ben"], f"{names}"))
    step("accept", lambda: zoe.accept_notification_request(waiting[0]))
    step("policy back", lambda: zoe.update_notifications_policy(for_not_following="accept"))
    told = step("told now", lambda: [(one.type, one.account.username) for one in zoe.notifications()])
    step("comes in", lambda: check(told == [("mention", "ben")], f"{told}"))
