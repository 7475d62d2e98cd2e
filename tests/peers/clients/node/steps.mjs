// What the scripts of both libraries share: named steps, a refusal as a step, and a browser that signs in and consents
// through the HTML pages. It knows the pages only as a person does.

const MAX_PAGES = 6;

/** Runs `action`, prints one line, and ends the script with 1, naming the step, when it fails. */
export async function step(name, action) {
  try {
    const result = await action();
    console.log(`ok ${name}`);
    return result;
  } catch (error) {
    console.log(`FAILED ${name}: ${error?.stack ?? error}`, error?.cause ?? "");
    process.exit(1);
  }
}

/** Throws when `holds` is false, with what was found instead. */
export function check(holds, found) {
  if (!holds) throw new Error(`found ${typeof found === "string" ? found : JSON.stringify(found)}`);
}

/** A step of its own: `found` must be `wanted`, compared as JSON. */
export async function same(name, found, wanted) {
  await step(name, () => check(JSON.stringify(found) === JSON.stringify(wanted), found));
}

/** The hostile twin of a step: `action` must throw something of which `fits` says so. */
export async function refused(name, action, fits) {
  await step(`refused: ${name}`, async () => {
    let result;
    try {
      result = await action();
    } catch (error) {
      check(fits(error), `another refusal: ${error?.stack ?? error}`);
      return;
    }
    throw new Error(`went through: ${JSON.stringify(result)?.slice(0, 300)}`);
  });
}

/** The options of the command line, `--name=value`; all of `names` must be there. */
export function options(names) {
  const given = {};
  for (const word of process.argv.slice(2)) {
    const [, name, value] = /^--([^=]+)=(.*)$/s.exec(word) ?? [];
    if (name) given[name] = value;
  }
  for (const name of names) if (!given[name]) throw new Error(`--${name} is missing`);
  return given;
}

/** What statuses say, without the paragraph around it. */
export function texts(statuses) {
  return statuses.map((status) => status.content.replace(/^<p>|<\/p>$/g, ""));
}

/** Which word follows `Marking` in each of `statuses` that begins with it. */
export function marked(statuses) {
  return texts(statuses).filter((text) => text.startsWith("Marking ")).map((text) => text.split(" ")[1]);
}

/** Opens the authorisation address, signs in, consents, and returns the code that is shown. */
export async function authorise(address, email, password) {
  const jar = new Map();
  let url = new URL(address);
  let request = { method: "GET" };
  for (let page = 0; page < MAX_PAGES; ) {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer = await fetch(url, { ...request, redirect: "manual", headers: { ...request.headers, cookie } });
    for (const line of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
      jar.set(name, value);
    }
    if (answer.status >= 300 && answer.status < 400) {
      url = new URL(answer.headers.get("location"), url);
      request = { method: "GET" };
      continue;
    }
    const html = await answer.text();
    check(answer.ok, `${url} answered ${answer.status}: ${html.slice(0, 300)}`);
    const field = /<input[^>]*readonly[^>]*>/.exec(html)?.[0];
    const code = /<code[^>]*>([^<]+)<\/code>/.exec(html)?.[1] ?? attribute(field, "value");
    if (code) return code.trim();
    const [action, fields] = fill(html, email, password);
    url = new URL(action || url, url);
    const body = new URLSearchParams(fields).toString();
    request = { method: "POST", body, headers: { "content-type": "application/x-www-form-urlencoded" } };
    page += 1;
  }
  throw new Error(`no code after ${MAX_PAGES} pages; the last one was ${url}`);
}

function fill(html, email, password) {
  const forms = html.match(/<form[\s\S]*?<\/form>/g) ?? [];
  const signIn = forms.find((form) => /type="?password/.test(form));
  const consent = forms.find((form) => /<button[^>]*>[^<]*(authori[sz]e|allow|approve)/i.test(form));
  const form = signIn ?? consent;
  check(form, `neither a sign-in nor a consent form: ${html.slice(0, 300)}`);
  const fields = {};
  for (const input of form.match(/<input[^>]*>/g) ?? []) {
    const [name, type] = [attribute(input, "name"), attribute(input, "type") ?? "text"];
    if (!name) continue;
    if (type === "hidden") fields[name] = attribute(input, "value") ?? "";
    if (type === "password") fields[name] = password;
    if (type === "text" || type === "email") fields[name] = email;
  }
  if (!signIn) {
    const button = /<button[^>]*>[^<]*(authori[sz]e|allow|approve)/i.exec(form)[0];
    const name = attribute(button, "name");
    if (name) fields[name] = attribute(button, "value") ?? "";
  }
  return [attribute(/<form[^>]*>/.exec(form)[0], "action"), fields];
}

const ENTITIES = { "&amp;": "&", "&quot;": '"', "&#34;": '"', "&#38;": "&", "&#39;": "'", "&lt;": "<", "&gt;": ">" };

function attribute(tag, name) {
  const value = new RegExp(`\\s${name}="([^"]*)"`).exec(tag ?? "")?.[1];
  return value?.replace(/&(?:amp|quot|lt|gt|#34|#38|#39);/g, (entity) => ENTITIES[entity]);
}
