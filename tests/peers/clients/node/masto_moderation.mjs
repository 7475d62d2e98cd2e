// A report from its making to its end, and the two harshest measures, taken and taken back, by masto.

import { check, refused, same, step } from "./steps.mjs";

export async function run(people, is) {
  const { amy, ben, zoe } = people;
  const accused = await ben.v1.accounts.verifyCredentials();
  const status = await step("the offence", () => ben.v1.statuses.create({ status: "Something rude" }));
  const params = { accountId: accused.id, statusIds: [status.id], comment: "This is rude", category: "spam" };
  const made = await step("report", () => amy.v1.reports.create(params));
  const shown = [made.comment, made.category, made.actionTaken, made.targetAccount.id];
  await same("taken down", shown, ["This is rude", "spam", false, accused.id]);

  const open = await step("reports", () => zoe.v1.admin.reports.list());
  const [report] = open.filter((one) => one.id === made.id);
  const who = [report?.account.username, report?.targetAccount.username, report?.statuses.map((one) => one.id)];
  await same("who and what", who, ["amy", "ben", [status.id]]);
  await refused("amy reads reports", () => amy.v1.admin.reports.list(), is(403));
  const theirs = zoe.v1.admin.reports.$select(made.id);
  await refused("amy resolves it", () => amy.v1.admin.reports.$select(made.id).resolve(), is(403));
  await same("assign", (await theirs.assignToSelf()).assignedAccount?.username, "zoe");
  await same("unassign", (await theirs.unassign()).assignedAccount, null);
  await same("resolve", (await theirs.resolve()).actionTaken, true);
  const resolved = await step("resolved reports", () => zoe.v1.admin.reports.list({ resolved: true }));
  await step("is among them", () => check(resolved.some((one) => one.id === made.id), resolved));
  await same("reopen", (await theirs.reopen()).actionTaken, false);

  const account = zoe.v1.admin.accounts.$select(accused.id);
  const act = (type, more) => account.action.create({ type, text: "Be kind", ...more });
  const hers = amy.v1.admin.accounts.$select(accused.id);
  await refused("amy limits ben", () => hers.action.create({ type: "silence" }), is(403));
  await step("limit", () => act("silence", { reportId: made.id }));
  await same("limited", (await account.fetch()).silenced, true);
  await same("as the report says", (await theirs.fetch()).actionTaken, true);
  await same("lift the limit", (await account.unsilence()).silenced, false);
  await step("suspend", () => act("suspend"));
  await same("suspended", (await account.fetch()).suspended, true);
  await refused("ben goes on", () => ben.v1.statuses.create({ status: "Something else" }), is(401));
  await refused("ben is read", () => amy.v1.statuses.$select(status.id).fetch(), is(404));
  await same("lift the suspension", (await account.unsuspend()).suspended, false);
  await same("ben is read again", (await amy.v1.statuses.$select(status.id).fetch()).content, "<p>Something rude</p>");
  people.ben = (await people.signIn("ben")).client;
  await same("ben is back", (await people.ben.v1.statuses.create({ status: "Sorry" })).account.id, accused.id);
}
