"""What administrators decide for the instance as a whole: domains, sign-ups; and the figures and trends they look at."""

from datetime import datetime, timedelta, timezone

from mastodon.errors import MastodonAPIError

from steps import check, refused, step


def run(people):
    """Zoe decides; amy may not."""
    domains(people.amy, people.zoe)
    sign_ups(people.amy, people.zoe)
    figures(people.amy, people.zoe)


def domains(amy, zoe):
    refused("amy limits a domain", lambda: amy.admin_create_domain_block("far.example"), MastodonAPIError, "403")
    made = step(
        "limit a domain",
        lambda: zoe.admin_create_domain_block("far.example", severity="silence", public_comment="Rude"),
    )
    shown = (made.domain, made.severity, made.public_comment)
    step("as asked", lambda: check(shown == ("far.example", "silence", "Rude"), f"{shown}"))
    step("suspend it", lambda: zoe.admin_update_domain_block(made, severity="suspend"))
    kept = step("read it", lambda: zoe.admin_domain_blocks(id=made))
    shown = (kept.severity, kept.public_comment)
    step("the rest stays", lambda: check(shown == ("suspend", "Rude"), f"{shown}"))
    listed = step("domain blocks", lambda: [one.domain for one in zoe.admin_domain_blocks()])
    step("is listed", lambda: check(listed == ["far.example"], f"{listed}"))
    refused("amy takes it back", lambda: amy.admin_delete_domain_block(made), MastodonAPIError, "403")
    step("take it back", lambda: zoe.admin_delete_domain_block(made))
    step("no domain blocks", lambda: check(zoe.admin_domain_blocks() == [], "still one"))

    refused("amy allows a domain", lambda: amy.admin_create_domain_allow("near.example"), MastodonAPIError, "403")
    allowed = step("allow a domain", lambda: zoe.admin_create_domain_allow("near.example"))
    listed = step("domain allows", lambda: [one.domain for one in zoe.admin_domain_allows()])
    step("is listed", lambda: check(listed == ["near.example"], f"{listed}"))
    step("not any more", lambda: zoe.admin_delete_domain_allow(allowed))


def sign_ups(amy, zoe):
    refused("amy reads addresses", amy.admin_ip_blocks, MastodonAPIError, "403")
    made = step("addresses", lambda: zoe.admin_create_ip_block("203.0.113.0/24", "sign_up_block", comment="Spam"))
    changed = step("ask instead", lambda: zoe.admin_update_ip_block(made, severity="sign_up_requires_approval"))
    shown = (changed.ip, changed.severity, changed.comment)
    wanted = ("203.0.113.0/24", "sign_up_requires_approval", "Spam")
    step("the rest stays", lambda: check(shown == wanted, f"{shown}"))
    step("take it back", lambda: zoe.admin_delete_ip_block(made))

    refused("amy blocks mail", lambda: amy.admin_create_email_domain_block("mail.example"), MastodonAPIError, "403")
    made = step("mail of a domain", lambda: zoe.admin_create_email_domain_block("mail.example"))
    listed = step("its list", lambda: [one.domain for one in zoe.admin_email_domain_blocks()])
    step("is listed", lambda: check(listed == ["mail.example"], f"{listed}"))
    step("take it back", lambda: zoe.admin_delete_email_domain_block(made))

    made = step("one address", lambda: zoe.admin_create_canonical_email_block(email="Rude.Person+x@mail.example"))
    found = step("spelt otherwise", lambda: zoe.admin_test_canonical_email_block("rudeperson@mail.example"))
    step("is the same", lambda: check([one.id for one in found] == [made.id], f"{found}"))
    found = step("another", lambda: zoe.admin_test_canonical_email_block("kindperson@mail.example"))
    step("is not", lambda: check(found == [], f"{found}"))
    step("take it back", lambda: zoe.admin_delete_canonical_email_block(made.id))


def figures(amy, zoe):
    until = datetime.now(timezone.utc)
    since = until - timedelta(days=2)
    refused("amy counts", lambda: amy.admin_measures(since, until, new_users=True), MastodonAPIError, "403")
    counted = step("measures", lambda: zoe.admin_measures(since, until, new_users=True, opened_reports=True))
    totals = {one.key: int(one.total) for one in counted}
    step("people", lambda: check(totals["new_users"] >= 3, f"{totals}"))
    step("their report", lambda: check(totals["opened_reports"] == 1, f"{totals}"))
    listed = step("dimensions", lambda: [one.key for one in zoe.admin_dimensions(since, until, languages=True)])
    step("is counted", lambda: check(listed == ["languages"], f"{listed}"))
    cohorts = step("retention", lambda: zoe.admin_retention(since, until))
    step("a day each", lambda: check(cohorts and {one.frequency for one in cohorts} == {"day"}, f"{cohorts}"))
    refused("amy reviews trends", amy.admin_trending_tags, MastodonAPIError, "403")
    for name, trends in {
        "tags": zoe.admin_trending_tags,
        "statuses": zoe.admin_trending_statuses,
        "links": zoe.admin_trending_links,
    }.items():
        step(f"trending {name}", trends)
