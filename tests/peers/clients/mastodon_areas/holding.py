"""A status that is held: its author is told by the instance, edits it, withdraws it, keeps it inside the school."""

from mastodon import Mastodon
from mastodon.errors import MastodonAPIError, MastodonNotFoundError

from mastodon_areas.people import texts
from steps import check, refused, step

RISKY = "UPN: H801200001001 has left us"
CLEAN = "Somebody has left us"


def run(people):
    """Amy writes what is held; ben sees what is let out, and nobody from outside what stays inside."""
    outside = Mastodon(api_base_url=people.instance, request_timeout=30)
    edited_clean(people.amy, people.ben)
    reviewed_and_withdrawn(people.amy, people.ben)
    narrowed(people.amy, people.ben, outside)


def told(amy):
    """What amy was told last: a direct status of the instance's own account."""
    newest = step("notifications", lambda: amy.notifications(types=["mention"]))[0]
    who = (newest.account.acct, newest.account.bot, newest.status.visibility)
    step("of the instance", lambda: check(who == ("moderation", True, "direct"), f"{who}"))
    return newest.status


def hold(amy, ben, text):
    """Posts `text`, which is held: amy has it as she wrote it, and ben has nothing. Also the notice."""
    status = step("post", lambda: amy.status_post(text, visibility="public"))
    step("as she meant it", lambda: check(status.visibility == "public", f"{status}"))
    own = step("amy reads it", lambda: amy.status(status))
    step("is what she wrote", lambda: check(texts([own]) == [text], f"{texts([own])}"))
    refused("ben reads it", lambda: ben.status(status), MastodonNotFoundError)
    listed = [one.id for one in ben.account_statuses(status.account)]
    step("nobody's list has it", lambda: check(status.id not in listed, f"{listed}"))
    notice = told(amy)
    for word in ("H801200001001", "pupil", "review", "school", "withdraw", "/held/"):
        step(f"it says {word}", lambda word=word: check(word in notice.content, notice.content))
    refused("ben reads the notice", lambda: ben.status(notice), MastodonNotFoundError)
    return status, notice


def edited_clean(amy, ben):
    held, _ = hold(amy, ben, RISKY)
    still = step("edit", lambda: amy.status_update(held, "UPN H801200001001 again"))
    step("is still held", lambda: check(still.id == held.id, f"{still.id}"))
    step("is told again", lambda: check("again" in told(amy).content, "not of the new words"))
    refused("ben edits it", lambda: ben.status_update(held, CLEAN), MastodonNotFoundError)
    clean = step("edit it clean", lambda: amy.status_update(held, CLEAN))
    step("is newer", lambda: check(int(clean.id) > int(held.id), f"{clean.id} {held.id}"))
    seen = step("ben reads it", lambda: ben.status(clean))
    step("clean", lambda: check(texts([seen]) == [CLEAN], f"{texts([seen])}"))
    home = [one.id for one in ben.timeline_home(limit=1)]
    step("at home", lambda: check(home == [clean.id], f"{home}"))
    known = step("under its old id", lambda: amy.status(held))
    step("amy finds it", lambda: check(known.id == clean.id, f"{known.id}"))
    refused("ben does not", lambda: ben.status(held), MastodonNotFoundError)


def reviewed_and_withdrawn(amy, ben):
    held, notice = hold(amy, ben, RISKY)
    refused("ben answers for her", lambda: ben.status_post("withdraw", in_reply_to_id=notice), MastodonAPIError)
    step("ask for a look", lambda: amy.status_post("@moderation review, please", in_reply_to_id=notice))
    step("is told", lambda: check("will look at it" in told(amy).content, "nothing of it"))
    step("an unknown word", lambda: amy.status_post("dance", in_reply_to_id=told(amy)))
    step("is told which there are", lambda: check("I understand these words" in told(amy).content, "nothing of it"))
    said = step("withdraw", lambda: amy.status_reply(told(amy), "Withdraw!"))
    step("is told", lambda: check("It is withdrawn" in told(amy).content, "nothing of it"))
    refused("reading it", lambda: amy.status(held), MastodonNotFoundError)
    refused("ben reads the answer", lambda: ben.status(said), MastodonNotFoundError)


def narrowed(amy, ben, outside):
    held, notice = hold(amy, ben, RISKY)
    step("keep it inside", lambda: amy.status_post("school", in_reply_to_id=notice, visibility="direct"))
    step("is told", lambda: check("for people of your school alone" in told(amy).content, "nothing of it"))
    now = step("amy reads it", lambda: amy.status(held))
    step("for some alone", lambda: check((now.visibility, texts([now])) == ("direct", [RISKY]), f"{now}"))
    seen = step("ben is one of them", lambda: ben.status(now))
    step("reads it", lambda: check(texts([seen]) == [RISKY], f"{texts([seen])}"))
    refused("nobody else is", lambda: outside.status(now), MastodonAPIError)
