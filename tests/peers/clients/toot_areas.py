"""Drives `toot` <https://pypi.org/project/toot/> through everything it has a command for.

    toot_areas.py --home DIR --instance URL --password WORD --ben TOKEN --reader TOKEN

Amy signs in through the pages, then all is done by toot's own commands in the configuration in DIR. Ben, whose TOKEN is
given, is played by Mastodon.py, as somebody has to answer; `--reader` is a token of amy's with the scope `read` alone.
toot cannot edit, filter, stream, take pushes, report or moderate.
"""

import argparse
import json
import os

import requests
from mastodon import Mastodon

from picture import picture
from steps import check, finish, refused, step
from toot_flow import login, toot
from toot_hold import holding


class Terminal:
    """Amy at her terminal."""

    def __init__(self, home):
        self.home = home

    def __call__(self, *args):
        """Runs a command for people; what it printed."""
        return step(f"toot {' '.join(args[:2])}", lambda: toot(self.home, *args))

    def json(self, *args):
        """Runs a command with `--json`; what it answered."""
        return json.loads(self(*args, "--json") or "null")

    def refused(self, name, *args, words):
        """Runs a command that must end with an error that has `words`."""
        refused(name, lambda: toot(self.home, *args), AssertionError, words)


def texts(statuses):
    return [status["content"].removeprefix("<p>").removesuffix("</p>") for status in statuses]


def posting(amy, ben):
    board = os.path.join(amy.home, "board.png")
    with open(board, "wb") as file:
        file.write(picture())
    asked = ("--visibility", "unlisted", "--spoiler-text", "A board", "--sensitive", "--language", "en")
    status = amy.json("post", "What the board looks like", "--media", board, "--description", "A grey square", *asked)
    seen = step("ben reads", lambda: ben.status(status["id"]))
    shown = (seen.visibility, seen.spoiler_text, seen.sensitive, seen.language, seen.media_attachments[0].description)
    wanted = ("unlisted", "A board", True, "en", "A grey square")
    step("as posted", lambda: check(shown == wanted, f"{shown}"))
    amy("status", status["id"])

    poll = ("--poll-option", "Before school", "--poll-option", "After school", "--poll-expires-in", "1h")
    status = amy.json("post", "When shall we meet?", *poll)
    step("ben votes", lambda: ben.poll_vote(status["poll"]["id"], 1))
    result = amy.json("polls", "show", status["poll"]["id"])
    counts = [option["votes_count"] for option in result["options"]]
    step("is counted", lambda: check(counts == [0, 1], f"{result}"))
    theirs = step("ben asks", lambda: ben.status_post("Tea?", poll=ben.make_poll(["Yes", "No"], expires_in=3600)))
    voted = amy.json("polls", "vote", str(theirs.poll.id), "0")
    step("amy voted", lambda: check((voted["voted"], voted["own_votes"]) == (True, [0]), f"{voted}"))
    amy.refused("a second vote", "polls", "vote", str(theirs.poll.id), "1", words="already been voted in")

    later = amy.json("post", "Later", "--scheduled-in", "1 hour")
    step("is scheduled", lambda: check(later["params"]["text"] == "Later" and later["scheduled_at"], f"{later}"))
    amy("delete", status["id"])
    amy.refused("the deleted one", "status", status["id"], words="not found")


def reading(amy, ben):
    words = ("Marking one #marking", "Marking two #marking")
    posted = [step("ben posts", lambda text=text: ben.status_post(text)) for text in words]
    ids = [str(status.id) for status in reversed(posted)]
    for name, args in {
        "home": ["home"],
        "public": ["public", "--local"],
        "tag": ["tag", "marking"],
        "account": ["account", "ben"],
    }.items():
        listed = [one["id"] for one in amy.json("timelines", *args, "--limit", "2")]
        step(f"{name}: the two newest", lambda listed=listed: check(listed == ids, f"{listed} {ids}"))
    reply = amy.json("post", "@ben how many?", "--reply-to", ids[0])
    thread = amy.json("thread", reply["id"])
    step("thread", lambda: check([one["id"] for one in thread["ancestors"]] == ids[:1], f"{thread}"))
    found = amy.json("search", "marking")
    step("tag found", lambda: check([one["name"] for one in found["hashtags"]] == ["marking"], f"{found}"))
    found = amy.json("search", "ben", "--type", "accounts")
    step("ben found", lambda: check([one["username"] for one in found["accounts"]] == ["ben"], f"{found}"))

    for kind, wanted in (("statuses", [ids[0]]), ("accounts", []), ("hashtags", [])):
        found = amy.json("search", posted[1].url, "--resolve", "--type", kind)[kind]
        found = [one["id"] for one in found]
        step(f"{kind} at its address", lambda found=found, wanted=wanted: check(found == wanted, f"{found}"))

    def words(*query):
        return [one["id"] for one in amy.json("search", *query, "--type", "statuses")["statuses"]]

    mine = amy.json("post", "Who patrols the zebra crossing?")
    step("her own words", lambda: check(words("zebra patrols") == [mine["id"]], "not found"))
    step("nobody's words", lambda: check(words("zyzzyva") == [], "found"))
    theirs = step("ben posts", lambda: ben.status_post("The giraffe patrols"))
    step("his words", lambda: check(words("giraffe") == [], "found before she has to do with it"))
    amy("bookmark", str(theirs.id))
    step("his words, bookmarked", lambda: check(words("giraffe") == [str(theirs.id)], "not found"))
    amy("unbookmark", str(theirs.id))
    step("his words, not bookmarked any more", lambda: check(words("giraffe") == [], "found"))

    def pinned():
        return [str(one.id) for one in ben.account_statuses(mine["account"]["id"], pinned=True)]

    amy("pin", mine["id"])
    step("pinned", lambda: check(pinned() == [mine["id"]], f"{pinned()}"))
    amy("unpin", mine["id"])
    step("not pinned", lambda: check(pinned() == [], f"{pinned()}"))
    amy.refused("pinning ben's", "pin", ids[0], words="cannot be pinned")
    for act in ("favourite", "reblog"):
        undo, counter = f"un{act}", f"{act}s_count"
        amy(act, ids[0])
        if act == "reblog":
            names = [one["username"] for one in amy.json("reblogged-by", ids[0])]
            step("by amy", lambda names=names: check(names == ["amy"], f"{names}"))
        step(f"{act} counted", lambda counter=counter: check(ben.status(ids[0])[counter] == 1, "not once"))
        amy(undo, ids[0])
        step(f"{undo} counted", lambda counter=counter: check(ben.status(ids[0])[counter] == 0, "still there"))
    amy("bookmark", ids[1])
    step("bookmarked", lambda: check("Marking one" in amy("bookmarks"), "not among the bookmarks"))
    amy("tags", "follow", "marking")
    followed = amy.json("tags", "followed")
    step("followed", lambda: check([one["name"] for one in followed] == ["marking"], f"{followed}"))
    step("tag info", lambda: check("Followed" in amy("tags", "info", "marking"), "not followed"))
    amy("tags", "unfollow", "marking")
    step("no tags followed", lambda: check(amy.json("tags", "followed") == [], "still one"))
    amy("tags", "feature", "marking")
    featured = [one["name"] for one in amy.json("tags", "featured")]
    step("featured", lambda: check(featured == ["marking"], f"{featured}"))
    amy("tags", "unfeature", "marking")
    step("no tags featured", lambda: check(amy.json("tags", "featured") == [], "still one"))


def lists(amy, ben):
    made = amy.json("lists", "create", "Markers", "--replies-policy", "list")
    amy("lists", "add", "Markers", "ben")
    inside = amy.json("lists", "accounts", "Markers")
    step("ben is in it", lambda: check([one["username"] for one in inside] == ["ben"], f"{inside}"))
    status = step("ben posts", lambda: ben.status_post("For the list"))
    listed = amy.json("timelines", "list", made["id"], "--limit", "1")
    step("list timeline", lambda: check([one["id"] for one in listed] == [str(status.id)], f"{texts(listed)}"))
    amy("lists", "remove", "Markers", "ben")
    amy("lists", "delete", "Markers")
    step("no lists", lambda: check(amy.json("lists", "list") == [], "still a list"))


def people(amy, ben):
    mine = amy.json("post", "Who has the keys?")
    step("ben favourites", lambda: ben.status_favourite(mine["id"]))
    step("ben mentions", lambda: ben.status_post("@amy I have them"))
    told = [(one["type"], one["account"]["username"]) for one in amy.json("notifications")]
    step("both, newest first", lambda: check(told[:2] == [("mention", "ben"), ("favourite", "ben")], f"{told}"))
    told = [one["type"] for one in amy.json("notifications", "--type", "mention")]
    step("by type", lambda: check(set(told) == {"mention"}, f"{told}"))
    amy("notifications", "--clear")
    step("cleared", lambda: check(amy.json("notifications") == [], "still there"))

    for act, undo, listing in (("mute", "unmute", "muted"), ("block", "unblock", "blocked")):
        amy(act, "ben")
        names = [one["username"] for one in amy.json(listing)]
        step(listing, lambda names=names: check(names == ["ben"], f"{names}"))
        amy(undo, "ben")
    step("blocked, so not followed", lambda: check(amy.json("following") == [], "still followed"))
    amy("follow", "ben")
    names = [one["username"] for one in amy.json("following")]
    step("following", lambda: check(names == ["ben"], f"{names}"))
    amy("unfollow", "ben")
    step("not following", lambda: check(amy.json("following") == [], "still followed"))
    step("ben", lambda: check("@ben" in amy("whois", "ben"), "somebody else"))
    amy.refused("somebody", "whois", "nobody", words="not found")
    amy("update_account", "--display-name", "Amy Pond", "--locked")
    me = step("ben looks", lambda: ben.account_lookup("amy"))
    step("changed", lambda: check((me.display_name, me.locked) == ("Amy Pond", True), f"{me}"))
    step("ben wants to follow", lambda: ben.account_follow(me))
    waiting = [one["username"] for one in amy.json("follow-requests", "list")]
    step("waits", lambda: check(waiting == ["ben"], f"{waiting}"))
    amy("follow-requests", "reject", "ben")
    step("does not wait", lambda: check(amy.json("follow-requests", "list") == [], "still there"))
    step("ben asks again", lambda: ben.account_follow(me))
    amy("follow-requests", "accept", "ben")
    names = [one["username"] for one in amy.json("followers")]
    step("follows", lambda: check(names == ["ben"], f"{names}"))


def refusals(amy, reader):
    """A token for reading alone in place of toot's own; then its own, revoked, which toot has no command for."""
    path = os.path.join(amy.home, "config", "toot", "config.json")
    with open(path, encoding="utf-8") as file:
        own = json.load(file)
    (user,), (app,) = own["users"].values(), own["apps"].values()
    token = user["access_token"]

    def sign_in_with(token):
        user["access_token"] = token
        with open(path, "w", encoding="utf-8") as file:
            json.dump(own, file)

    sign_in_with(reader)
    amy("whoami")
    amy.refused("posting with a token for reading", "post", "Not mine", words="outside the authorized scopes")
    sign_in_with(token)
    amy("whoami")
    form = {"client_id": app["client_id"], "client_secret": app["client_secret"], "token": token}
    revoked = step("revoke", lambda: requests.post(app["base_url"] + "/oauth/revoke", data=form, timeout=30))
    step("is revoked", lambda: check(revoked.ok, revoked.text))
    amy.refused("reading when revoked", "whoami", words="The access token is invalid")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("home", "instance", "password", "ben", "reader"):
        parser.add_argument(f"--{name}", required=True)
    args = parser.parse_args()

    step("toot login", lambda: login(args.home, args.instance, "amy@example.org", args.password))
    amy = Terminal(args.home)
    ben = step("ben", lambda: Mastodon(access_token=args.ben, api_base_url=args.instance, request_timeout=30))
    amy("follow", "ben")
    posting(amy, ben)
    reading(amy, ben)
    lists(amy, ben)
    people(amy, ben)
    holding(amy, ben, args.instance)
    refusals(amy, args.reader)
    finish()


if __name__ == "__main__":
    main()
