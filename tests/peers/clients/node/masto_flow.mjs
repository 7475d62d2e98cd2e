// Drives masto <https://www.npmjs.com/package/masto>, which Elk and Phanpy are built on, through all that an app does.
//
//     masto_flow.mjs --instance URL --password WORD --ben TOKEN --zoe TOKEN --reader TOKEN --push-port PORT
//
// Amy signs in through the pages with `amy@example.org` and WORD. `--ben` is another member's token (whose password is
// the same), `--zoe` an administrator's, `--reader` one of amy's with the scope `read` alone. PORT is a loopback port
// that the instance may push to.

import { createOAuthAPIClient, createRestAPIClient, createStreamingAPIClient } from "masto";
import * as hearing from "./masto_hearing.mjs";
import * as moderation from "./masto_moderation.mjs";
import * as posting from "./masto_posting.mjs";
import * as reading from "./masto_reading.mjs";
import { authorise, options, refused, same, step } from "./steps.mjs";

const REDIRECT = "urn:ietf:wg:oauth:2.0:oob";
const SCOPES = "read write follow push";

const given = options(["instance", "password", "ben", "zoe", "reader", "push-port"]);
const url = given.instance;

/** Whether `error` is the library's of `statusCode`, and says `message`. */
export const is = (statusCode, message) => (error) =>
  error.name === "MastoHttpError" && error.statusCode === statusCode && (!message || error.message === message);

const connect = (accessToken) => createRestAPIClient({ url, accessToken });

/** Registers an application and signs in through the pages. */
async function signIn(handle) {
  const app = await step("create app", () =>
    createRestAPIClient({ url }).v1.apps.create({ clientName: "Every area", redirectUris: REDIRECT, scopes: SCOPES }),
  );
  const query = { client_id: app.clientId, redirect_uri: REDIRECT, response_type: "code", scope: SCOPES };
  const page = `${url}/oauth/authorize?${new URLSearchParams(query)}`;
  const code = await step("authorise", () => authorise(page, `${handle}@example.org`, given.password));
  const oauth = createOAuthAPIClient({ url });
  const { clientId, clientSecret } = app;
  const exchange = (code) =>
    oauth.token.create({ grantType: "authorization_code", clientId, clientSecret, redirectUri: REDIRECT, code });
  await refused("another code", () => exchange(code.slice(0, -1)), is(400, "invalid_grant"));
  const token = await step("exchange code", () => exchange(code));
  await same("token", [token.tokenType, token.scope], ["Bearer", SCOPES]);
  const revoke = () => oauth.revoke({ clientId, clientSecret, token: token.accessToken });
  const client = connect(token.accessToken);
  await same("who am I", (await client.v1.accounts.verifyCredentials()).username, handle);
  return { client, token: token.accessToken, revoke };
}

const amy = await signIn("amy");
const people = {
  amy: amy.client,
  ben: connect(given.ben),
  zoe: connect(given.zoe),
  token: amy.token,
  signIn,
  stream: () => createStreamingAPIClient({ streamingApiUrl: url.replace(/^http/, "ws"), accessToken: amy.token }),
};

for (const [follower, followed] of [[people.amy, people.ben], [people.ben, people.amy]]) {
  const { id } = await step("verify credentials", () => followed.v1.accounts.verifyCredentials());
  await same("follow", (await follower.v1.accounts.$select(id).follow()).following, true);
}
await posting.run(people, is);
await reading.run(people, is);
await hearing.notifications(people, is);
await hearing.streams(people);
await hearing.push(people, Number(given["push-port"]), is);
await moderation.run(people, is);

const reader = connect(given.reader);
await same("reading is allowed", (await reader.v1.timelines.home.list()).length > 0, true);
const outside = is(403, "This action is outside the authorized scopes");
await refused("posting with a token for reading", () => reader.v1.statuses.create({ status: "Not mine" }), outside);
await refused("push with a token for reading", () => reader.v1.push.subscription.fetch(), outside);
await refused("reports with a token for reading", () => reader.v1.admin.reports.list(), outside);
await step("revoke", amy.revoke);
const invalid = is(401, "The access token is invalid");
await refused("reading when revoked", () => people.amy.v1.timelines.home.list(), invalid);
await refused("posting when revoked", () => people.amy.v1.statuses.create({ status: "Still me" }), invalid);
console.log("{}");
process.exit(0);
