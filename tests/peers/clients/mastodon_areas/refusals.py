"""What a token may not: go beyond its scopes, or be used once it was revoked; each as the library reports it."""

from mastodon.errors import MastodonAPIError, MastodonUnauthorizedError

from mastodon_areas.streaming import DEADLINE_SECS, Heard, listens
from steps import check, refused, step


def run(people):
    """The last area: amy's token ends here."""
    reader = people.reader
    step("reading is allowed", lambda: check(isinstance(reader.timeline_home(), list), "no timeline"))
    outside = "outside the authorized scopes"
    for name, action in {
        "posting": lambda: reader.status_post("Not mine to say"),
        "listing": lambda: reader.list_create("Not mine"),
        "push": reader.push_subscription,
    }.items():
        refused(f"{name} with a token for reading", action, MastodonAPIError, "403", outside)
    # where it expects a list, the library does not say more
    refused("reports with a token for reading", reader.admin_reports, MastodonAPIError, "403")

    amy = people.amy
    heard = Heard()
    handle = step("stream", lambda: amy.stream_user(heard, run_async=True))
    listens(people.ben, heard)
    token = amy.access_token
    step("revoke", lambda: amy.revoke_access_token(allow_http=True))
    step("the stream ends", lambda: handle.join(DEADLINE_SECS))
    step("has ended", lambda: check(not handle.is_alive(), "it goes on"))
    amy.access_token = token
    invalid = (MastodonUnauthorizedError, "401", "The access token is invalid")
    refused("reading when revoked", amy.account_verify_credentials, *invalid)
    refused("posting when revoked", lambda: amy.status_post("Still me"), *invalid)
