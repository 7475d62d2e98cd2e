"""What the client scripts share: named steps, and a browser that signs in and consents through the HTML pages.

It knows the pages only as a person does: the form with a password field, the button that authorises, the code shown
at the end. Hidden fields are sent back as they came.
"""

import json
import re
import sys
from urllib.parse import urljoin

import requests
from bs4 import BeautifulSoup

#: Pages a sign-in may lead through before something is wrong.
MAX_PAGES = 6

AUTHORISE = re.compile(r"authori[sz]e|allow|approve", re.IGNORECASE)
TIMEOUT_SECS = 30


def step(name, action):
    """Runs `action`, prints one line, and ends the script with 1, naming the step, when it fails."""
    try:
        result = action()
    except Exception as error:  # whatever a client library raises is a failed step
        print(f"FAILED {name}: {type(error).__name__}: {error}", flush=True)
        sys.exit(1)
    print(f"ok {name}", flush=True)
    return result


def check(holds, message):
    """Raises when `holds` is false: the step's way to say what it expected."""
    if not holds:
        raise AssertionError(message)


def refused(name, action, kind, *words):
    """The step's hostile twin: `action` must raise a `kind` whose text has all of `words`."""

    def attempt():
        try:
            result = action()
        except kind as error:
            missing = [word for word in words if word not in str(error)]
            check(not missing, f"refused without {missing}: {error}")
            return
        raise AssertionError(f"went through: {str(result)[:300]}")

    step(f"refused: {name}", attempt)


def finish(**result):
    """Prints what the caller may need next, as one line of JSON: always the last line of a successful run."""
    print(json.dumps(result), flush=True)


def authorise(url, email, password):
    """Opens the authorisation `url`, signs in, consents, and returns the out-of-band code that is shown."""
    browser = requests.Session()
    page = browser.get(url, timeout=TIMEOUT_SECS)
    for _ in range(MAX_PAGES):
        check(page.ok, f"{page.url} answered {page.status_code}: {page.text[:300]}")
        soup = BeautifulSoup(page.text, "html.parser")
        code = _shown_code(soup)
        if code:
            return code
        form, fields = _fill(soup, email, password)
        action = urljoin(page.url, form.get("action") or page.url)
        method = (form.get("method") or "get").lower()
        content = {"data": fields} if method == "post" else {"params": fields}
        page = browser.request(method, action, timeout=TIMEOUT_SECS, **content)
    raise AssertionError(f"no code after {MAX_PAGES} pages; the last one was {page.url}")


def _shown_code(soup):
    shown = soup.select_one("code, input[readonly]")
    return (shown.get("value") or shown.get_text()).strip() if shown else None


def _fill(soup, email, password):
    for form in soup.find_all("form"):
        if form.select_one("input[type=password]"):
            fields = _hidden(form)
            fields[_named(form, "input[type=email], input[type=text], input:not([type])")] = email
            fields[_named(form, "input[type=password]")] = password
            return form, fields
    for form in soup.find_all("form"):
        for button in form.select("button, input[type=submit]"):
            if AUTHORISE.search(button.get_text() or button.get("value") or ""):
                fields = _hidden(form)
                if button.get("name"):
                    fields[button["name"]] = button.get("value", "")
                return form, fields
    raise AssertionError(f"neither a sign-in nor a consent form: {soup.get_text(' ', strip=True)[:300]}")


def _hidden(form):
    return {field["name"]: field.get("value", "") for field in form.select("input[type=hidden][name]")}


def _named(form, selector):
    field = form.select_one(selector)
    check(field is not None and field.get("name"), f"no field like {selector} in the sign-in form")
    return field["name"]
