"""A report from its making to its end, and the two harshest measures, taken and taken back."""

from mastodon.errors import MastodonAPIError, MastodonNotFoundError, MastodonUnauthorizedError

from steps import check, refused, step


def run(people):
    """Amy reports ben; zoe deals with it."""
    amy, ben, zoe = people.amy, people.ben, people.zoe
    accused = ben.account_verify_credentials()
    status = step("the offence", lambda: ben.status_post("Something rude"))
    made = step(
        "report",
        lambda: amy.report(accused, status_ids=[status], comment="This is rude", category="spam"),
    )
    shown = (made.comment, made.category, made.action_taken, made.target_account.id)
    step("taken down", lambda: check(shown == ("This is rude", "spam", False, accused.id), f"{shown}"))
    the_report(amy, zoe, made, status)
    the_account(people, accused, made, status)


def the_report(amy, zoe, made, status):
    waiting = step("reports", lambda: [one for one in zoe.admin_reports() if one.id == made.id])
    step("waits", lambda: check(len(waiting) == 1, f"{waiting}"))
    report = waiting[0]
    people = (report.account.username, report.target_account.username, [one.id for one in report.statuses])
    step("who and what", lambda: check(people == ("amy", "ben", [status.id]), f"{people}"))
    refused("amy reads reports", amy.admin_reports, MastodonAPIError, "403")
    refused("amy resolves it", lambda: amy.admin_report_resolve(made), MastodonAPIError, "403")
    taken = step("assign", lambda: zoe.admin_report_assign(report))
    step("to zoe", lambda: check(taken.assigned_account.username == "zoe", f"{taken.assigned_account}"))
    freed = step("unassign", lambda: zoe.admin_report_unassign(report))
    step("to nobody", lambda: check(freed.assigned_account is None, f"{freed.assigned_account}"))
    done = step("resolve", lambda: zoe.admin_report_resolve(report))
    step("resolved", lambda: check(done.action_taken and done.action_taken_by_account.username == "zoe", f"{done}"))
    listed = step("resolved reports", lambda: [one.id for one in zoe.admin_reports(resolved=True)])
    step("is among them", lambda: check(made.id in listed, f"{listed}"))
    again = step("reopen", lambda: zoe.admin_report_reopen(report))
    step("reopened", lambda: check(not again.action_taken, f"{again}"))


def the_account(people, accused, report, status):
    amy, ben, zoe = people.amy, people.ben, people.zoe
    found = step("accounts", lambda: zoe.admin_accounts_v2(username="ben"))
    step("ben", lambda: check([one.id for one in found] == [accused.id], f"{found}"))
    refused("amy limits ben", lambda: amy.admin_account_moderate(accused, "silence"), MastodonAPIError, "403")
    step("limit", lambda: zoe.admin_account_moderate(accused, "silence", report_id=report, text="Be kind"))
    step("limited", lambda: check(zoe.admin_account(accused).silenced, "not silenced"))
    step("as the report says", lambda: check(zoe.admin_report(report).action_taken, "the report is still open"))
    lifted = step("lift the limit", lambda: zoe.admin_account_unsilence(accused))
    step("not limited", lambda: check(not lifted.silenced, "still silenced"))

    step("suspend", lambda: zoe.admin_account_moderate(accused, "suspend"))
    step("suspended", lambda: check(zoe.admin_account(accused).suspended, "not suspended"))
    refused("ben goes on", lambda: ben.status_post("Something else"), MastodonUnauthorizedError, "401")
    refused("ben is read", lambda: amy.status(status), MastodonNotFoundError)
    back = step("lift the suspension", lambda: zoe.admin_account_unsuspend(accused))
    step("not suspended", lambda: check(not back.suspended, "still suspended"))
    step("ben is read", lambda: check(amy.status(status).content == "<p>Something rude</p>", "other words"))
    refused("ben's old token", lambda: ben.status_post("Something else"), MastodonUnauthorizedError, "401")
    people.ben = people.sign_in("ben")
    step("ben is back", lambda: check(people.ben.status_post("Sorry").account.id == accused.id, "somebody else"))
