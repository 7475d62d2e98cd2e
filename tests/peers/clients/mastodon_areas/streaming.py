"""Amy's streams, by server-sent events and by WebSocket: what ben does comes in, what is not for her does not."""

import queue

from mastodon import StreamListener

from steps import check, step

DEADLINE_SECS = 30


class Heard(StreamListener):
    """Keeps what comes in, as `(event, data)`."""

    def __init__(self):
        super().__init__()
        self.events = queue.Queue()

    def on_any_event(self, name, data, for_stream=None):
        self.events.put((name, data))

    def until(self, name, fits):
        """The data of the first event `name` that `fits`, and the names of those before it."""
        before = []
        while True:
            try:
                event, data = self.events.get(timeout=DEADLINE_SECS)
            except queue.Empty as error:
                raise AssertionError(f"no {name}, only {before}") from error
            if event == name and fits(data):
                return data, before
            before.append((event, str(data)[:200]))


def run(people):
    """The same acts over both ways."""
    step("streaming is well", lambda: check(people.amy.stream_healthy(), "not healthy"))
    heard = Heard()
    # left open: the library's `close` waits for the next thing the server says
    step("stream", lambda: people.amy.stream_user(heard, run_async=True))
    acts(people, heard)

    heard = Heard()
    handle = step("open WebSocket", lambda: people.amy.stream_open_websocket())
    step("subscribe", lambda: handle.subscribe("user", heard))
    tagged = Heard()
    step("subscribe to a tag", lambda: handle.subscribe("hashtag", tagged, tag="marking"))
    acts(people, heard)
    status = step("post with the tag", lambda: people.zoe.status_post("More #marking"))
    step("tag stream", lambda: tagged.until("update", lambda one: one.id == status.id))
    step("close", handle.close)


def acts(people, heard):
    """Ben posts, edits, favourites and deletes; each is heard once the stream is known to run."""
    amy, ben = people.amy, people.ben
    listens(ben, heard)
    mine = step("amy posts", lambda: amy.status_post("Anybody there?"))
    step("not for amy", lambda: ben.status_post("@zoe between us", visibility="direct"))
    status = step("ben posts", lambda: ben.status_post("The bell rings"))
    seen, before = step("update", lambda: heard.until("update", lambda one: one.id == status.id))
    step("its words", lambda: check(seen.content == "<p>The bell rings</p>", seen.content))
    step("nothing that is not hers", lambda: check("between us" not in str(before), f"{before}"))
    step("ben edits", lambda: ben.status_update(status, "The bell has rung"))
    seen, _ = step("status.update", lambda: heard.until("status.update", lambda one: one.id == status.id))
    step("its new words", lambda: check(seen.content == "<p>The bell has rung</p>", seen.content))
    step("ben favourites", lambda: ben.status_favourite(mine))
    told, _ = step("notification", lambda: heard.until("notification", lambda one: one.type == "favourite"))
    about = (told.account.username, told.status.id)
    step("of ben", lambda: check(about == ("ben", mine.id), f"{about}"))
    step("ben deletes", lambda: ben.status_delete(status))
    step("delete", lambda: heard.until("delete", lambda one: str(one) == str(status.id)))


def listens(ben, heard):
    """Returns when the stream is open: something ben says is heard."""

    def knock():
        for attempt in range(DEADLINE_SECS * 2):
            ben.status_post(f"Are you listening? {attempt}")
            try:
                heard.events.get(timeout=0.5)
                return
            except queue.Empty:
                continue
        raise AssertionError("the stream never opened")

    step("stream opens", knock)
