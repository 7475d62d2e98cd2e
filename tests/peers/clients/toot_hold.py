"""A status that is held, as somebody at a terminal meets it; `toot_areas.py` runs it.

toot has no command for edits: those are made by Mastodon.py, as the same person with the token that toot got.
"""

import json
import os

from mastodon import Mastodon
from mastodon.errors import MastodonAPIError, MastodonNotFoundError

from steps import check, refused, step

RISKY = "UPN: H801200001001 has left us"
CLEAN = "Somebody has left us"


def holding(amy, ben, instance):
    """Amy posts what is held; she edits, withdraws and narrows it. Ben is in her school."""
    outside = Mastodon(api_base_url=instance, request_timeout=30)
    editor = Mastodon(access_token=token(amy), api_base_url=instance, request_timeout=30)

    held, _ = hold(amy, ben)
    clean = step("edit it clean", lambda: editor.status_update(held, CLEAN))
    step("ben reads it", lambda: check(CLEAN in ben.status(clean).content, "not what amy wrote"))
    now = amy.json("status", held)
    step("its old id leads to it", lambda: check(now["id"] == str(clean.id), f"{now}"))
    step("it is shown", lambda: check(CLEAN in amy("status", held), "not in the terminal"))

    held, notice = hold(amy, ben)
    refused("ben answers for her", lambda: ben.status_post("withdraw", in_reply_to_id=notice), MastodonAPIError)
    said = amy.json("post", "@moderation withdraw", "--reply-to", notice, "--visibility", "direct")
    step("is told", lambda: check("It is withdrawn" in told(amy)["content"], "nothing of it"))
    refused("ben reads the answer", lambda: ben.status(said["id"]), MastodonNotFoundError)
    amy.refused("the withdrawn one", "status", held, words="not found")

    held, notice = hold(amy, ben)
    amy("post", "school", "--reply-to", notice)
    step("is told", lambda: check("for people of your school alone" in told(amy)["content"], "nothing of it"))
    now = amy.json("status", held)
    step("for some alone", lambda: check(now["visibility"] == "direct", f"{now}"))
    step("ben is one of them", lambda: check("H801200001001" in ben.status(now["id"]).content, "not what amy wrote"))
    refused("nobody else is", lambda: outside.status(now["id"]), MastodonAPIError)


def hold(amy, ben):
    """Posts what is held: its id, and that of the notice."""
    status = amy.json("post", RISKY)
    step("it is shown", lambda: check("H801200001001" in amy("status", status["id"]), "not in the terminal"))
    refused("ben reads it", lambda: ben.status(status["id"]), MastodonNotFoundError)
    listed = [one["id"] for one in amy.json("timelines", "public", "--local", "--limit", "10")]
    step("no timeline has it", lambda: check(status["id"] not in listed, f"{listed}"))
    notice = told(amy)
    for word in ("H801200001001", "pupil", "review", "school", "withdraw", "/held/"):
        step(f"it says {word}", lambda word=word: check(word in notice["content"], notice["content"]))
    return status["id"], notice["id"]


def told(amy):
    """What amy was told last, by the instance's own account."""
    newest = amy.json("notifications", "--type", "mention")[0]
    who = (newest["account"]["acct"], newest["status"]["visibility"])
    step("by the instance", lambda: check(who == ("moderation", "direct"), f"{who}"))
    return newest["status"]


def token(amy):
    """What toot signed in with."""
    with open(os.path.join(amy.home, "config", "toot", "config.json"), encoding="utf-8") as file:
        (user,) = json.load(file)["users"].values()
    return user["access_token"]
