// A report from its making to its end, the two harshest measures, taken and taken back, and what administrators decide
// for the instance as a whole, by masto.

import { check, refused, same, step } from "./steps.mjs";

export async function run(people, is) {
  await reported(people, is);
  await instance(people.amy, people.zoe, is);
}

async function reported(people, is) {
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

async function instance(amy, zoe, is) {
  const { domainBlocks, domainAllows, ipBlocks, emailDomainBlocks, canonicalEmailBlocks } = zoe.v1.admin;
  const far = { domain: "far.example", severity: "silence", publicComment: "Rude" };
  await refused("amy limits a domain", () => amy.v1.admin.domainBlocks.create(far), is(403));
  const block = await step("limit a domain", () => domainBlocks.create(far));
  const theirs = domainBlocks.$select(block.id);
  await step("suspend it", () => theirs.update({ severity: "suspend" }));
  const kept = await step("read it", () => theirs.fetch());
  await same("the rest stays", [kept.domain, kept.severity, kept.publicComment], ["far.example", "suspend", "Rude"]);
  await refused("amy takes it back", () => amy.v1.admin.domainBlocks.$select(block.id).remove(), is(403));
  await step("take it back", () => theirs.remove());
  await same("no domain blocks", await domainBlocks.list(), []);
  const allow = await step("allow a domain", () => domainAllows.create({ domain: "near.example" }));
  await step("not any more", () => domainAllows.$select(allow.id).remove());

  const range = await step("addresses", () => ipBlocks.create({ ip: "203.0.113.0/24", severity: "sign_up_block" }));
  const asked = await step("ask instead", () => ipBlocks.$select(range.id).update({ severity: "sign_up_requires_approval" }));
  await same("the same addresses", [asked.ip, asked.severity], ["203.0.113.0/24", "sign_up_requires_approval"]);
  await step("take it back", () => ipBlocks.$select(range.id).remove());
  const mail = await step("mail of a domain", () => emailDomainBlocks.create({ domain: "mail.example" }));
  await step("take it back", () => emailDomainBlocks.$select(mail.id).remove());
  const one = await step("one address", () => canonicalEmailBlocks.create({ email: "Rude.Person+x@mail.example" }));
  const found = await step("spelt otherwise", () => canonicalEmailBlocks.test({ email: "rudeperson@mail.example" }));
  await same("is the same", found.map((it) => it.id), [one.id]);
  await step("take it back", () => canonicalEmailBlocks.$select(one.id).remove());

  const days = { startAt: new Date(Date.now() - 2 * 86_400_000).toISOString(), endAt: new Date().toISOString() };
  const counting = { keys: ["new_users", "opened_reports"], ...days };
  await refused("amy counts", () => amy.v1.admin.measures.create(counting), is(403));
  const counted = await step("measures", () => zoe.v1.admin.measures.create(counting));
  await same("what was asked", counted.map((it) => it.key), ["new_users", "opened_reports"]);
  const listed = await step("dimensions", () => zoe.v1.admin.dimensions.create({ keys: ["languages"], ...days }));
  await same("what was asked", listed.map((it) => it.key), ["languages"]);
  await refused("amy reviews trends", () => amy.v1.admin.trends.tags.list(), is(403));
  for (const kind of ["tags", "statuses", "links"]) {
    await step(`trending ${kind}`, () => zoe.v1.admin.trends[kind].list());
  }
}
