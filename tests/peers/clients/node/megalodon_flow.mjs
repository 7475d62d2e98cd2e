// Drives megalodon <https://www.npmjs.com/package/megalodon>, which Whalebird and Fedistar are built on, through
// everything an app does.
//
//     megalodon_flow.mjs --instance URL --password WORD --ben TOKEN --reader TOKEN --push-port PORT
//
// Amy signs in through the pages with `amy@example.org` and WORD. `--ben` is another member's token, `--reader` one of
// amy's with the scope `read` alone. PORT is a loopback port that the instance may push to. The library has no
// notification groups, only filters of the first version, and reports but does not moderate.

import generator, { detector } from "megalodon";
import * as hearing from "./megalodon_hearing.mjs";
import * as posting from "./megalodon_posting.mjs";
import * as reading from "./megalodon_reading.mjs";
import { authorise, options, refused, same, step } from "./steps.mjs";

const SCOPES = ["read", "write", "follow", "push"];

const given = options(["instance", "password", "ben", "reader", "push-port"]);

/** Whether `error` tells of an answer with `status` that says `message`. */
export const is = (status, message) => (error) =>
  error.response?.status === status && (!message || error.response.data.error === message);

const connect = (token) => generator("mastodon", given.instance, token);

await same("kind of server", await detector(given.instance), "mastodon");
const visitor = connect();
const app = await step("create app", () => visitor.registerApp("Every area", { scopes: SCOPES }));
const code = await step("authorise", () => authorise(app.url, "amy@example.org", given.password));
const exchange = (code) => visitor.fetchAccessToken(app.client_id, app.client_secret, code);
await refused("another code", () => exchange(code.slice(0, -1)), is(400, "invalid_grant"));
const token = await step("exchange code", () => exchange(code));
await same("token", [token.token_type, token.scope], ["Bearer", SCOPES.join(" ")]);

const people = { amy: connect(token.access_token), ben: connect(given.ben), token: token.access_token };
const account = await step("who am I", async () => (await people.amy.verifyAccountCredentials()).data);
await same("amy", account.username, "amy");
for (const [follower, followed] of [[people.amy, people.ben], [people.ben, people.amy]]) {
  const { id } = (await followed.verifyAccountCredentials()).data;
  await same("follow", (await follower.followAccount(id)).data.following, true);
}
await posting.run(people, is);
await reading.run(people, is);
await hearing.notifications(people, is);
await hearing.streams(people);
await hearing.push(people, Number(given["push-port"]), is);
await reported(people);

async function reported({ amy, ben }) {
  const { id } = (await ben.verifyAccountCredentials()).data;
  const status = (await step("the offence", () => ben.postStatus("Something rude"))).data;
  const report = { status_ids: [status.id], comment: "This is rude", category: "spam" };
  const made = (await step("report", () => amy.report(id, report))).data;
  const shown = [made.comment, made.category, made.action_taken, made.status_ids, made.target_account.id];
  await same("taken down", shown, ["This is rude", "spam", false, [status.id], id]);
}

const reader = connect(given.reader);
await same("reading is allowed", (await reader.getHomeTimeline()).data.length > 0, true);
const outside = is(403, "This action is outside the authorized scopes");
await refused("posting with a token for reading", () => reader.postStatus("Not mine"), outside);
await refused("push with a token for reading", () => reader.getPushSubscription(), outside);
await step("revoke", () => people.amy.revokeToken(app.client_id, app.client_secret, token.access_token));
const invalid = is(401, "The access token is invalid");
await refused("reading when revoked", () => people.amy.getHomeTimeline(), invalid);
await refused("posting when revoked", () => people.amy.postStatus("Still me"), invalid);
console.log("{}");
process.exit(0);
