"""Web Push in the older encoding, `aesgcm`: keys and decryption are the library's own, over `http_ece`.

Its `standard=True` is not sent to the server (2.3.3), so the newer encoding is tried by the JavaScript libraries.
"""

import queue
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from mastodon.errors import MastodonNotFoundError

from steps import check, refused, step

DEADLINE_SECS = 30


class PushService(ThreadingHTTPServer):
    """Takes whatever is sent to it, as `(path, headers, body)`."""

    def __init__(self, port):
        super().__init__(("127.0.0.1", port), Taker)
        self.taken = queue.Queue()
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Taker(BaseHTTPRequestHandler):
    """Answers 201 to every message."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.taken.put((self.path, self.headers, body))
        self.send_response(201)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


def run(people, port):
    """Ben mentions amy; her device reads it, another does not."""
    amy, ben = people.amy, people.ben
    service = PushService(port)
    private, public = step("make keys", amy.push_subscription_generate_keys)
    other, _ = step("other keys", amy.push_subscription_generate_keys)
    endpoint = f"http://localhost:{port}/device"
    made = step(
        "subscribe",
        lambda: amy.push_subscription_set(endpoint, public, mention_events=True, favourite_events=False, policy="all"),
    )
    shown = (made.endpoint, made.alerts.mention, made.alerts.favourite, made.standard)
    step("as asked", lambda: check(shown == (endpoint, True, False, False), f"{shown}"))
    kept = step("subscription", amy.push_subscription)
    step("is kept", lambda: check((kept.id, kept.server_key) == (made.id, made.server_key), f"{kept}"))

    mine = step("amy posts", lambda: amy.status_post("Is this thing on?"))
    step("favourite, not asked for", lambda: ben.status_favourite(mine))
    step("mention", lambda: ben.status_post("@amy it is"))
    path, headers, body = step("message", lambda: service.taken.get(timeout=DEADLINE_SECS))
    step("where to", lambda: check(path == "/device", path))
    step("encoding", lambda: check(headers["Content-Encoding"] == "aesgcm", f"{headers}"))
    step("its words are sealed", lambda: check(b"it is" not in body, "sent in clear"))

    def read(keys):
        return amy.push_subscription_decrypt_push(body, keys, headers["Encryption"], headers["Crypto-Key"])

    message = step("decrypt", lambda: read(private))
    about = (message.notification_type, message.title, message.body, message.access_token)
    wanted = ("mention", message.title, "@amy it is", amy.access_token)
    step("its fields", lambda: check(about == wanted and "ben" in message.title, f"{about}"))
    told = step("notification", lambda: amy.notifications(limit=1)[0])
    step("the same", lambda: check(str(message.notification_id) == str(told.id), f"{message.notification_id}"))
    refused("another device", lambda: read(other), Exception)

    step("update", lambda: amy.push_subscription_update(favourite_events=True, mention_events=False, policy=None))
    alerts = step("alerts", lambda: amy.push_subscription().alerts)
    step("changed", lambda: check((alerts.favourite, alerts.mention) == (True, False), f"{alerts}"))
    step("unsubscribe", amy.push_subscription_delete)
    refused("the subscription that is gone", amy.push_subscription, MastodonNotFoundError)
