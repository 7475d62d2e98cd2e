"""Who takes part: amy, who signs in through the pages, ben, whom she follows and who follows her, zoe, who moderates."""

from mastodon import Mastodon

from steps import authorise, check, refused, step

SCOPES = ["read", "write", "follow", "push"]


class People:
    """Three clients, and a token of amy's that may only read."""

    def __init__(self, instance, password, tokens):
        self.instance = instance
        self.password = password
        self.amy = self.sign_in("amy")
        self.ben, self.zoe, self.reader = (self.connect(token) for token in tokens)

    def connect(self, token):
        """A client that is signed in by `token`, with the library's own version checks."""
        return step("connect", lambda: Mastodon(access_token=token, api_base_url=self.instance, request_timeout=30))

    def sign_in(self, handle):
        """Registers an application, signs in through the pages, and answers a client that holds the token."""
        client_id, secret = step(
            "create app",
            lambda: Mastodon.create_app("Every area", scopes=SCOPES, api_base_url=self.instance, request_timeout=30),
        )
        client = Mastodon(client_id=client_id, client_secret=secret, api_base_url=self.instance, request_timeout=30)
        url = client.auth_request_url(scopes=SCOPES, allow_http=True)
        code = step("authorise", lambda: authorise(url, f"{handle}@example.org", self.password))

        def exchange(code):
            return client.log_in(code=code, scopes=SCOPES, allow_http=True)

        refused("another code", lambda: exchange(code[:-1]), ValueError, "grant")
        step("exchange code", lambda: exchange(code))
        me = step("who am I", client.account_verify_credentials)
        step(handle, lambda: check(me.username == handle, me.username))
        return client

    def befriend(self):
        """Amy and ben follow one another."""
        for follower, followed in ((self.amy, self.ben), (self.ben, self.amy)):
            whom = step("verify credentials", followed.account_verify_credentials)
            step("follow", lambda me=follower, whom=whom: check(me.account_follow(whom).following, "not following"))


def texts(statuses):
    """What the statuses say, newest first."""
    return [status.content.removeprefix("<p>").removesuffix("</p>") for status in statuses]
