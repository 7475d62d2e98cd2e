"""Drives `toot` <https://pypi.org/project/toot/> against an instance, as a person at a terminal would.

    toot_flow.py --home DIR login --instance URL --email MAIL --password WORD
    toot_flow.py --home DIR post TEXT              last line: {"id": …, "url": …}
    toot_flow.py --home DIR see TAG TEXT           the tag timeline shows TEXT exactly once
    toot_flow.py --home DIR home TEXT              the home timeline shows TEXT exactly once
    toot_flow.py --home DIR follow ACCOUNT
    toot_flow.py --home DIR delete ID

`DIR` holds toot's own configuration, so later calls use the login of the first; nothing outside it is read.
"""

import argparse
import json
import os
import subprocess
import sys

from steps import authorise, check, finish, step

TOOT = os.path.join(os.path.dirname(sys.executable), "toot")
TIMEOUT_SECS = 60


def environment(home):
    keep = {name: value for name, value in os.environ.items() if name in ("PATH", "LANG", "REQUESTS_CA_BUNDLE")}
    return keep | {
        "HOME": home,
        "XDG_CONFIG_HOME": os.path.join(home, "config"),
        "PYTHONUNBUFFERED": "1",
        "PYTHONIOENCODING": "utf-8",
    }


def toot(home, *args):
    """Runs `toot` and returns what it printed."""
    done = subprocess.run(
        [TOOT, *args], env=environment(home), capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=TIMEOUT_SECS
    )
    check(done.returncode == 0, f"toot {' '.join(args)} exited {done.returncode}: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout


def login(home, instance, email, password):
    """`toot login`: it prints the address a browser would open and waits for the code."""
    process = subprocess.Popen(
        [TOOT, "login", "--instance", instance],
        env=environment(home),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        printed = []
        url = None
        for line in process.stdout:
            printed.append(line)
            if line.startswith(instance):
                url = line.strip()
                break
        check(url, f"toot login printed no address: {''.join(printed)}")
        code = authorise(url, email, password)
        output, _ = process.communicate(f"n\n{code}\n", timeout=TIMEOUT_SECS)
        check(process.returncode == 0, f"toot login exited {process.returncode}: {output}")
        check("Successfully logged in" in output, output)
    finally:
        process.kill()


def once(statuses, text):
    found = [status for status in statuses if text in status["content"]]
    check(len(found) == 1, f"{text!r} is there {len(found)} times in {len(statuses)} statuses")
    return found[0]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", required=True)
    commands = parser.add_subparsers(dest="command", required=True)
    signing_in = commands.add_parser("login")
    for name in ("--instance", "--email", "--password"):
        signing_in.add_argument(name, required=True)
    for command, names in {"post": ["text"], "see": ["tag", "text"], "home": ["text"], "follow": ["account"], "delete": ["id"]}.items():
        sub = commands.add_parser(command)
        for name in names:
            sub.add_argument(name)
    args = parser.parse_args()
    os.makedirs(args.home, exist_ok=True)

    if args.command == "login":
        step("toot login", lambda: login(args.home, args.instance, args.email, args.password))
        step("toot whoami", lambda: toot(args.home, "whoami"))
        finish()
    elif args.command == "post":
        status = json.loads(step("toot post", lambda: toot(args.home, "post", "--json", args.text)))
        step("toot status", lambda: toot(args.home, "status", status["id"]))
        finish(id=status["id"], url=status["url"], uri=status["uri"])
    elif args.command == "see":
        listed = step("toot timelines tag", lambda: json.loads(toot(args.home, "timelines", "tag", args.tag, "--json")))
        finish(id=step("shown once", lambda: once(listed, args.text))["id"])
    elif args.command == "home":
        listed = step("toot timelines home", lambda: json.loads(toot(args.home, "timelines", "home", "--json")))
        finish(id=step("shown once", lambda: once(listed, args.text))["id"])
    elif args.command == "follow":
        step("toot follow", lambda: toot(args.home, "follow", args.account))
        finish()
    elif args.command == "delete":
        step("toot delete", lambda: toot(args.home, "delete", args.id))
        finish()


if __name__ == "__main__":
    main()
