"""Drives Mastodon.py <https://pypi.org/project/Mastodon.py/> against an instance.

    mastodon_smoke.py login --instance URL --email MAIL --password WORD     last line: {"token": …}
    mastodon_smoke.py edit --instance URL --token TOKEN ID TEXT             last line: {"id": …}
    mastodon_smoke.py all --instance URL --token TOKEN                      every step below, cleaning up behind itself

Version checks stay on: the library refuses calls that the advertised Mastodon version does not have.
"""

import argparse

from mastodon import Mastodon
from mastodon.errors import MastodonNotFoundError

from picture import picture
from steps import authorise, check, finish, step

SCOPES = ["read", "write", "follow"]


def login(instance, email, password):
    """Registers an application, signs in through the pages, and exchanges the code for a token."""
    client_id, secret = step(
        "create app", lambda: Mastodon.create_app("Smoke test", scopes=SCOPES, api_base_url=instance)
    )
    client = Mastodon(client_id=client_id, client_secret=secret, api_base_url=instance)
    url = client.auth_request_url(scopes=SCOPES, allow_http=True)
    code = step("authorise", lambda: authorise(url, email, password))
    return step("exchange code", lambda: client.log_in(code=code, scopes=SCOPES, allow_http=True))


def edit(client, status_id, text):
    """Edits a status and reads back its source and its history."""
    edited = step("edit", lambda: client.status_update(status_id, text))
    step("edited content", lambda: check(edited.edited_at is not None, "edited_at is not set"))
    source = step("source", lambda: client.status_source(status_id))
    step("source text", lambda: check(source.text == text, f"source is {source.text!r}"))
    history = step("history", lambda: client.status_history(status_id))
    step("history length", lambda: check(len(history) >= 2, f"history has {len(history)} entries"))
    return edited


def run_all(client):
    """Posts with a picture, finds, edits, favourites, boosts, reads lists, deletes."""
    me = step("verify credentials", client.account_verify_credentials)
    step("instance", client.instance)
    media = step("upload", lambda: client.media_post(picture(), mime_type="image/png", description="A grey square"))
    step("description kept", lambda: check(media.description == "A grey square", f"description is {media.description!r}"))
    text = "Marking moderation on Thursday #SLTchat"
    status = step("post", lambda: client.status_post(text, media_ids=[media], visibility="public", language="en"))
    step("picture attached", lambda: check(len(status.media_attachments) == 1, "no media attachment"))
    step("tag found", lambda: check([tag.name.lower() for tag in status.tags] == ["sltchat"], f"tags: {status.tags}"))
    reply = step("reply", lambda: client.status_reply(status, "And on Friday", untag=True))
    context = step("context", lambda: client.status_context(status))
    step("reply in context", lambda: check([s.id for s in context.descendants] == [reply.id], "reply not in context"))

    edit(client, status.id, text + " (edited)")
    found = step("search", lambda: client.search_v2("SLTchat"))
    step("tag in search", lambda: check("sltchat" in [tag.name.lower() for tag in found.hashtags], f"{found.hashtags}"))
    people = step("account search", lambda: client.account_search(me.username))
    step("found oneself", lambda: check(me.id in [account.id for account in people], "own account not found"))

    favourite = step("favourite", lambda: client.status_favourite(status))
    step("favourite counted", lambda: check(favourite.favourited and favourite.favourites_count == 1, "not counted"))
    step("favourited by", lambda: check(me.id in [a.id for a in client.status_favourited_by(status)], "not listed"))
    step("unfavourite", lambda: check(not client.status_unfavourite(status).favourited, "still a favourite"))
    reblog = step("reblog", lambda: client.status_reblog(status))
    step("reblog wraps", lambda: check(reblog.reblog.id == status.id, "reblog of something else"))
    step("unreblog", lambda: client.status_unreblog(status))
    step("bookmark", lambda: check(client.status_bookmark(status).bookmarked, "not bookmarked"))
    step("notifications", client.notifications)

    for name, timeline in (("home", client.timeline_home), ("public", client.timeline_public)):
        page = step(f"{name} timeline", timeline)
        step(f"{name} has it once", lambda page=page: once(page, status.id))
    first = step("tag timeline", lambda: client.timeline_hashtag("sltchat", limit=1))
    step("tag timeline limit", lambda: check(len(first) == 1, f"{len(first)} statuses with limit 1"))
    step("next page", lambda: client.fetch_next(first))
    own = step("own statuses", lambda: client.account_statuses(me))
    step("own has it once", lambda: once(own, status.id))

    step("delete reply", lambda: client.status_delete(reply))
    step("delete", lambda: client.status_delete(status))
    step("gone", lambda: gone(client, status.id))


def once(statuses, status_id):
    count = [status.id for status in statuses].count(status_id)
    check(count == 1, f"there {count} times")


def gone(client, status_id):
    try:
        client.status(status_id)
    except MastodonNotFoundError:
        return
    raise AssertionError("the deleted status is still served")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    for command, options in {"login": ["--email", "--password"], "edit": ["--token"], "all": ["--token"]}.items():
        sub = commands.add_parser(command)
        for name in ["--instance", *options]:
            sub.add_argument(name, required=True)
        if command == "edit":
            sub.add_argument("id")
            sub.add_argument("text")
    args = parser.parse_args()

    if args.command == "login":
        finish(token=login(args.instance, args.email, args.password))
        return
    client = step("connect", lambda: Mastodon(access_token=args.token, api_base_url=args.instance, request_timeout=30))
    if args.command == "edit":
        finish(id=str(edit(client, args.id, args.text).id))
    else:
        run_all(client)
        finish()


if __name__ == "__main__":
    main()
