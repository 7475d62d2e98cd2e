"""Timelines and their pages, threads, lists, filters, search."""

from mastodon.errors import MastodonNotFoundError

from mastodon_areas.people import texts
from steps import check, refused, step


def run(people):
    """Ben posts, amy reads; nobody else sees what is hers."""
    me = people.ben.account_verify_credentials()
    posted = [
        step("post", lambda word=word: people.ben.status_post(f"Marking {word} #marking"))
        for word in ("one", "two", "three")
    ]
    timelines(people, me)
    threads(people, posted[0])
    lists(people, me)
    filters(people, posted[1])
    search(people, me, posted)


def timelines(people, ben):
    amy = people.amy
    tagged = ["three", "two", "one"]
    pages = {
        "home": lambda: amy.timeline_home(limit=2),
        "local": lambda: amy.timeline_local(limit=2),
        "public": lambda: amy.timeline_public(limit=2),
        "tag": lambda: amy.timeline_hashtag("marking", limit=2),
        "account": lambda: amy.account_statuses(ben, limit=2),
    }
    for name, first in pages.items():
        newest = step(f"{name} timeline", first)
        step(f"{name}: two newest", lambda newest=newest: check(marked(newest) == tagged[:2], f"{texts(newest)}"))
        following = step(f"{name}: next page", lambda newest=newest: amy.fetch_next(newest))
        step(f"{name}: goes on", lambda page=following: check(marked(page)[:1] == ["one"], f"{texts(page)}"))
        before = step(f"{name}: previous page", lambda following=following: amy.fetch_previous(following))
        step(f"{name}: comes back", lambda before=before: check(marked(before) == tagged[:2], f"{texts(before)}"))


def marked(statuses):
    """Which words follow `Marking`."""
    return [text.split()[1] for text in texts(statuses) if text.startswith("Marking ")]


def threads(people, root):
    reply = step("reply", lambda: people.amy.status_reply(root, "How many are left?"))
    step("mentions", lambda: check([one.username for one in reply.mentions] == ["ben"], f"{reply.mentions}"))
    answer = step("answer", lambda: people.ben.status_reply(reply, "All of them"))
    context = step("context", lambda: people.amy.status_context(reply))
    above, below = [one.id for one in context.ancestors], [one.id for one in context.descendants]
    step("in order", lambda: check((above, below) == ([root.id], [answer.id]), f"{above} {below}"))


def lists(people, ben):
    amy = people.amy
    made = step("create list", lambda: amy.list_create("Markers", replies_policy="none", exclusive=False))
    step("add to list", lambda: amy.list_accounts_add(made, [ben]))
    inside = step("accounts in list", lambda: [one.id for one in amy.list_accounts(made)])
    step("ben is in it", lambda: check(inside == [ben.id], f"{inside}"))
    page = step("list timeline", lambda: amy.timeline_list(made, limit=3))
    step("of ben alone", lambda: check({one.account.id for one in page} == {ben.id}, f"{texts(page)}"))
    changed = step("rename list", lambda: amy.list_update(made, "Moderators", replies_policy="list"))
    shown = (changed.title, changed.replies_policy)
    step("renamed", lambda: check(shown == ("Moderators", "list"), f"{shown}"))
    refused("ben reads amy's list", lambda: people.ben.timeline_list(made), MastodonNotFoundError)
    step("remove from list", lambda: amy.list_accounts_delete(made, [ben]))
    step("is empty", lambda: check(amy.timeline_list(made) == [], "still statuses"))
    step("delete list", lambda: amy.list_delete(made))
    step("no lists", lambda: check(amy.lists() == [], "still a list"))


def filters(people, status):
    amy = people.amy
    made = step(
        "create filter",
        lambda: amy.create_filter_v2(
            "No marking", ["home"], "warn", keywords_attributes=[{"keyword": "two", "whole_word": True}]
        ),
    )
    step("its keyword", lambda: check([one.keyword for one in made.keywords] == ["two"], f"{made.keywords}"))

    def matches():
        found = [one for one in amy.timeline_home() if one.id == status.id]
        results = [result for one in found for result in one.filtered]
        return [(one.filter.title, one.filter.filter_action, one.keyword_matches) for one in results]

    step("warns", lambda: check(matches() == [("No marking", "warn", ["two"])], f"{matches()}"))
    step("not elsewhere", lambda: check(amy.timeline_public(limit=3)[0].filtered == [], "filtered in public"))
    step("not for ben", lambda: check(people.ben.status(status).filtered == [], "filtered for ben"))
    step("hide instead", lambda: amy.update_filter_v2(made, filter_action="hide"))
    step("hides", lambda: check(matches() == [("No marking", "hide", ["two"])], f"{matches()}"))
    keyword = step("add keyword", lambda: amy.add_filter_keyword_v2(made, "reports"))
    step("delete keyword", lambda: amy.delete_filter_keyword_v2(keyword))
    refused("ben reads amy's filter", lambda: people.ben.filter_v2(made), MastodonNotFoundError)
    step("delete filter", lambda: amy.delete_filter_v2(made))
    step("back again", lambda: check(matches() == [], f"{matches()}"))
    older = step("first version", lambda: amy.filter_create("two", ["home"], whole_word=True))
    step("works too", lambda: check(matches() == [("two", "warn", ["two"])], f"{matches()}"))
    step("and goes", lambda: amy.filter_delete(older))


def search(people, ben, posted):
    found = step("search tag", lambda: people.amy.search_v2("marking", result_type="hashtags"))
    step("tag", lambda: check([tag.name for tag in found.hashtags] == ["marking"], f"{found.hashtags}"))
    found = step("search account", lambda: people.amy.search_v2("ben", result_type="accounts"))
    step("account", lambda: check([one.id for one in found.accounts] == [ben.id], f"{found.accounts}"))
    found = step("search address", lambda: people.amy.search_v2(posted[2].url, result_type="statuses"))
    step("status", lambda: check([one.id for one in found.statuses] == [posted[2].id], f"{texts(found.statuses)}"))
    found = step("search known address", lambda: people.amy.search_v2(posted[2].url, resolve=False))
    step("found here", lambda: check([one.id for one in found.statuses] == [posted[2].id], f"{texts(found.statuses)}"))
    mine = step("post", lambda: people.amy.status_post("Who patrols the zebra crossing?"))
    for name, reader, wanted in (("amy", people.amy, [mine.id]), ("ben", people.ben, [])):
        found = step("search words", lambda reader=reader: reader.search_v2("zebra patrols", result_type="statuses"))
        found = [one.id for one in found.statuses]
        step(f"{name} finds her own", lambda found=found, wanted=wanted: check(found == wanted, f"{found}"))
    step("ben takes it for a favourite", lambda: people.ben.status_favourite(mine))
    found = step("search words", lambda: people.ben.search_v2("zebra -lion", result_type="statuses"))
    step("ben finds it", lambda: check([one.id for one in found.statuses] == [mine.id], f"{texts(found.statuses)}"))
    found = step("search for nothing", lambda: people.amy.search_v2("zyzzyva"))
    step("nothing", lambda: check(not (found.accounts or found.statuses or found.hashtags), f"{found}"))
