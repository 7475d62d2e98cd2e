"""A status with a picture, a poll with votes, an edit, its history, and a deletion."""

from mastodon.errors import MastodonAPIError, MastodonNotFoundError

from picture import picture
from steps import check, refused, step


def run(people):
    """Amy posts, ben sees."""
    with_picture(people.amy, people.ben)
    with_poll(people.amy, people.ben)
    edited_and_deleted(people.amy, people.ben)


def with_picture(amy, ben):
    media = step(
        "upload",
        lambda: amy.media_post(
            picture(), mime_type="image/png", description="A grey square", focus=(0.5, -0.25), synchronous=True
        ),
    )
    size = (media.meta.original.width, media.meta.original.height)
    step("its size", lambda: check(size == (32, 32), f"{size}"))
    step("its focus", lambda: check((media.meta.focus.x, media.meta.focus.y) == (0.5, -0.25), f"{media.meta}"))
    changed = step("describe", lambda: amy.media_update(media, description="A square, grey"))
    step("its description", lambda: check(changed.description == "A square, grey", f"{changed.description!r}"))

    def post():
        return amy.status_post(
            "What the board looks like",
            media_ids=[media],
            sensitive=True,
            spoiler_text="A board",
            visibility="unlisted",
            language="en",
            idempotency_key="the board",
        )

    status = step("post", post)
    again = step("post again with the same key", post)
    step("is the same", lambda: check(again.id == status.id, f"{again.id} and {status.id}"))
    seen = step("ben reads", lambda: ben.status(status))
    shown = (seen.visibility, seen.sensitive, seen.spoiler_text, seen.language)
    step("as posted", lambda: check(shown == ("unlisted", True, "A board", "en"), f"{shown}"))
    attached = [(one.id, one.type, one.description) for one in seen.media_attachments]
    step("with picture", lambda: check(attached == [(media.id, "image", "A square, grey")], f"{attached}"))
    fetched = step("picture", lambda: ben.session.get(seen.media_attachments[0].url, timeout=30))
    step("is a picture", lambda: check(fetched.content.startswith(b"\x89PNG"), f"{fetched.status_code}"))


def with_poll(amy, ben):
    poll = amy.make_poll(["Before school", "After school"], expires_in=3600, multiple=False)
    status = step("ask", lambda: amy.status_post("When shall we meet?", poll=poll))
    titles = [option.title for option in status.poll.options]
    step("options", lambda: check(titles == ["Before school", "After school"], f"{titles}"))
    voted = step("vote", lambda: ben.poll_vote(status.poll, 1))
    step("voted", lambda: check((voted.voted, voted.own_votes) == (True, [1]), f"{voted}"))
    result = step("result", lambda: amy.poll(status.poll))
    counts = [option.votes_count for option in result.options]
    step("counted", lambda: check((counts, result.votes_count, result.expired) == ([0, 1], 1, False), f"{result}"))
    refused("a second vote", lambda: ben.poll_vote(status.poll, 0), MastodonAPIError, "422")
    refused("a third option", lambda: amy.poll_vote(status.poll, 2), MastodonAPIError, "422")


def edited_and_deleted(amy, ben):
    before = {"mime_type": "image/png", "description": "Before", "synchronous": True}
    media = step("upload", lambda: amy.media_post(picture(), **before))
    status = step("post", lambda: amy.status_post("The first wording", media_ids=[media]))
    described = [amy.generate_media_edit_attributes(media, description="After")]
    edited = step(
        "edit",
        lambda: amy.status_update(status, "The second wording", spoiler_text="Wordings", media_attributes=described),
    )
    step("is marked", lambda: check(edited.edited_at is not None, "edited_at is not set"))
    seen = step("ben reads", lambda: ben.status(status))
    shown = (seen.content, seen.spoiler_text, seen.media_attachments[0].description)
    step("the new one", lambda: check(shown == ("<p>The second wording</p>", "Wordings", "After"), f"{shown}"))
    source = step("source", lambda: amy.status_source(status))
    step("plain", lambda: check((source.text, source.spoiler_text) == ("The second wording", "Wordings"), f"{source}"))
    history = [one.content for one in step("history", lambda: ben.status_history(status))]
    wordings = ["<p>The first wording</p>", "<p>The second wording</p>"]
    step("both wordings", lambda: check(history == wordings, f"{history}"))
    refused("ben edits it", lambda: ben.status_update(status, "Mine"), MastodonNotFoundError)
    refused("ben deletes it", lambda: ben.status_delete(status), MastodonNotFoundError)
    deleted = step("delete", lambda: amy.status_delete(status))
    step("to write anew", lambda: check(deleted.text == "The second wording", f"{deleted.text!r}"))
    refused("reading it", lambda: ben.status(status), MastodonNotFoundError)
