// Timelines and their pages, threads, lists, filters, search, by masto.

import { marked, refused, same, step, texts } from "./steps.mjs";

export async function run(people, is) {
  const ben = await people.ben.v1.accounts.verifyCredentials();
  const posted = [];
  for (const word of ["one", "two", "three"]) {
    posted.push(await step("post", () => people.ben.v1.statuses.create({ status: `Marking ${word} #marking` })));
  }
  await timelines(people.amy, ben);
  await threads(people, posted[0]);
  await lists(people, ben, is);
  await filters(people, posted[1], is);
  await search(people, ben, posted[2]);
}

async function timelines(amy, ben) {
  const pages = {
    home: () => amy.v1.timelines.home.list({ limit: 2 }),
    local: () => amy.v1.timelines.public.list({ local: true, limit: 2 }),
    tag: () => amy.v1.timelines.tag.$select("marking").list({ limit: 2 }),
    account: () => amy.v1.accounts.$select(ben.id).statuses.list({ limit: 2 }),
  };
  for (const [name, list] of Object.entries(pages)) {
    const read = list().values();
    const newest = await step(`${name} timeline`, () => read.next());
    await same(`${name}: two newest`, marked(newest.value), ["three", "two"]);
    const following = await step(`${name}: next page`, () => read.next());
    await same(`${name}: goes on`, marked(following.value).slice(0, 1), ["one"]);
  }
}

async function threads({ amy, ben }, root) {
  const reply = await step("reply", () => amy.v1.statuses.create({ status: "@ben how many?", inReplyToId: root.id }));
  await same("mentions", reply.mentions.map((one) => one.username), ["ben"]);
  const answer = await step("answer", () => ben.v1.statuses.create({ status: "@amy all", inReplyToId: reply.id }));
  const context = await step("context", () => amy.v1.statuses.$select(reply.id).context.fetch());
  const ids = [context.ancestors, context.descendants].map((list) => list.map((one) => one.id));
  await same("in order", ids, [[root.id], [answer.id]]);
}

async function lists({ amy, ben: other }, ben, is) {
  const made = await step("create list", () => amy.v1.lists.create({ title: "Markers", repliesPolicy: "none" }));
  const list = amy.v1.lists.$select(made.id);
  await step("add to list", () => list.accounts.create({ accountIds: [ben.id] }));
  await same("ben is in it", (await list.accounts.list()).map((one) => one.id), [ben.id]);
  const page = await step("list timeline", () => amy.v1.timelines.list.$select(made.id).list({ limit: 3 }));
  await same("of ben alone", [...new Set(page.map((one) => one.account.id))], [ben.id]);
  const changed = await step("rename list", () => list.update({ title: "Moderators", repliesPolicy: "list" }));
  await same("renamed", [changed.title, changed.repliesPolicy], ["Moderators", "list"]);
  await refused("ben reads amy's list", () => other.v1.timelines.list.$select(made.id).list(), is(404));
  await step("remove from list", () => list.accounts.remove({ accountIds: [ben.id] }));
  await same("is empty", await amy.v1.timelines.list.$select(made.id).list(), []);
  await step("delete list", () => list.remove());
  await same("no lists", await amy.v1.lists.list(), []);
}

async function filters({ amy, ben }, status, is) {
  const made = await step("create filter", () =>
    amy.v2.filters.create({
      title: "No marking",
      context: ["home"],
      filterAction: "warn",
      keywordsAttributes: [{ keyword: "two", wholeWord: true }],
    }),
  );
  const filter = amy.v2.filters.$select(made.id);
  const matches = async () => {
    const found = (await amy.v1.timelines.home.list()).filter((one) => one.id === status.id);
    const results = found.flatMap((one) => one.filtered);
    return results.map((one) => [one.filter.title, one.filter.filterAction, one.keywordMatches]);
  };
  await same("warns", await matches(), [["No marking", "warn", ["two"]]]);
  await same("not elsewhere", (await amy.v1.timelines.public.list({ limit: 1 }))[0].filtered, []);
  await same("not for ben", (await ben.v1.statuses.$select(status.id).fetch()).filtered, []);
  await step("hide instead", () => filter.update({ filterAction: "hide" }));
  await same("hides", await matches(), [["No marking", "hide", ["two"]]]);
  const keyword = await step("add keyword", () => filter.keywords.create({ keyword: "reports", wholeWord: false }));
  await same("two keywords", (await filter.keywords.list()).map((one) => one.keyword).sort(), ["reports", "two"]);
  await step("delete keyword", () => amy.v2.filters.keywords.$select(keyword.id).remove());
  await refused("ben reads amy's filter", () => ben.v2.filters.$select(made.id).fetch(), is(404));
  await step("delete filter", () => filter.remove());
  await same("back again", await matches(), []);
}

async function search(people, ben, status) {
  const { amy } = people;
  let found = await step("search tag", () => amy.v2.search.list({ q: "marking", type: "hashtags" }));
  await same("tag", found.hashtags.map((one) => one.name), ["marking"]);
  found = await step("search account", () => amy.v2.search.list({ q: "ben", type: "accounts" }));
  await same("account", found.accounts.map((one) => one.id), [ben.id]);
  found = await step("search address", () => amy.v2.search.list({ q: status.url, resolve: true }));
  await same("status", texts(found.statuses), texts([status]));
  const mine = await step("post", () => amy.v1.statuses.create({ status: "Who patrols the zebra crossing?" }));
  const words = { q: "zebra patrols", type: "statuses" };
  for (const [name, wanted] of [["amy", [mine.id]], ["ben", []]]) {
    found = await step("search words", () => people[name].v2.search.list(words));
    await same(`${name} finds her own`, found.statuses.map((one) => one.id), wanted);
  }
  await step("ben takes it for a favourite", () => people.ben.v1.statuses.$select(mine.id).favourite());
  found = await step("search words", () => people.ben.v2.search.list(words));
  await same("ben finds it", found.statuses.map((one) => one.id), [mine.id]);
  found = await step("search for nothing", () => amy.v2.search.list({ q: "zyzzyva" }));
  await same("nothing", found, { accounts: [], statuses: [], hashtags: [] });
}
