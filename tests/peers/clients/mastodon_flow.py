"""Drives Mastodon.py <https://pypi.org/project/Mastodon.py/> through everything an app does, area by area.

    mastodon_flow.py --instance URL --password WORD --ben TOKEN --zoe TOKEN --reader TOKEN --push-port PORT

Amy signs in through the pages with `amy@example.org` and WORD. `--ben` is another member's token (whose password is the
same), `--zoe` an administrator's, `--reader` one of amy's with the scope `read` alone. PORT is a loopback port that the
instance may push to.
"""

import argparse

from mastodon_areas import holding, moderation, notifications, posting, push, reading, refusals, running, streaming
from mastodon_areas.people import People
from steps import finish


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("instance", "password", "ben", "zoe", "reader"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--push-port", type=int, required=True)
    args = parser.parse_args()

    people = People(args.instance, args.password, (args.ben, args.zoe, args.reader))
    people.befriend()
    posting.run(people)
    reading.run(people)
    notifications.run(people)
    streaming.run(people)
    push.run(people, args.push_port)
    holding.run(people)
    moderation.run(people)
    running.run(people)
    refusals.run(people)
    finish()


if __name__ == "__main__":
    main()
