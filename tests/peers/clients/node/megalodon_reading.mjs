// Timelines and their pages, threads, lists, filters, search, by megalodon.

import { marked, refused, same, step } from "./steps.mjs";

export async function run(people, is) {
  const { amy, ben } = people;
  const author = (await ben.verifyAccountCredentials()).data;
  const posted = [];
  for (const word of ["one", "two", "three"]) {
    posted.push((await step("post", () => ben.postStatus(`Marking ${word} #marking`))).data);
  }
  const pages = {
    home: (page) => amy.getHomeTimeline(page),
    local: (page) => amy.getLocalTimeline(page),
    public: (page) => amy.getPublicTimeline(page),
    tag: (page) => amy.getTagTimeline("marking", page),
    account: (page) => amy.getAccountStatuses(author.id, page),
  };
  for (const [name, list] of Object.entries(pages)) {
    const newest = (await step(`${name} timeline`, () => list({ limit: 2 }))).data;
    await same(`${name}: two newest`, marked(newest), ["three", "two"]);
    const following = (await step(`${name}: next page`, () => list({ limit: 2, max_id: newest[1].id }))).data;
    await same(`${name}: goes on`, marked(following).slice(0, 1), ["one"]);
    const later = (await step(`${name}: since`, () => list({ since_id: newest[1].id }))).data;
    await same(`${name}: what is newer`, marked(later), ["three"]);
  }
  await threads(amy, ben, posted[0]);
  await lists(amy, ben, author, is);
  await filters(amy, ben, posted[1], is);

  let found = (await step("search tag", () => amy.search("marking", { type: "hashtags" }))).data;
  await same("tag", found.hashtags.map((one) => one.name), ["marking"]);
  found = (await step("search account", () => amy.search("ben", { type: "accounts" }))).data;
  await same("account", found.accounts.map((one) => one.id), [author.id]);
  found = (await step("search address", () => amy.search(posted[2].url, { resolve: true }))).data;
  await same("status", found.statuses.map((one) => one.id), [posted[2].id]);
  const mine = (await step("post", () => amy.postStatus("Who patrols the zebra crossing?"))).data;
  const words = async (reader) => (await reader.search("zebra patrols", { type: "statuses" })).data.statuses;
  await same("words of her own", (await words(amy)).map((one) => one.id), [mine.id]);
  await same("not found by others", await words(ben), []);
  await step("ben takes it for a favourite", () => ben.favouriteStatus(mine.id));
  await same("found then", (await words(ben)).map((one) => one.id), [mine.id]);
  found = (await step("search for nothing", () => amy.search("zyzzyva", { type: "statuses" }))).data;
  await same("nothing", found.statuses, []);
}

async function threads(amy, ben, root) {
  const reply = (await step("reply", () => amy.postStatus("@ben how many?", { in_reply_to_id: root.id }))).data;
  const answer = (await step("answer", () => ben.postStatus("@amy all", { in_reply_to_id: reply.id }))).data;
  const context = (await step("context", () => amy.getStatusContext(reply.id))).data;
  const ids = [context.ancestors, context.descendants].map((list) => list.map((one) => one.id));
  await same("in order", ids, [[root.id], [answer.id]]);
}

async function lists(amy, ben, author, is) {
  const list = (await step("create list", () => amy.createList("Markers"))).data;
  await step("add to list", () => amy.addAccountsToList(list.id, [author.id]));
  const inside = (await step("accounts in list", () => amy.getAccountsInList(list.id))).data;
  await same("ben is in it", inside.map((one) => one.id), [author.id]);
  const page = (await step("list timeline", () => amy.getListTimeline(list.id, { limit: 3 }))).data;
  await same("of ben alone", [...new Set(page.map((one) => one.account.id))], [author.id]);
  await same("rename list", (await amy.updateList(list.id, "Moderators")).data.title, "Moderators");
  await refused("ben reads amy's list", () => ben.getListTimeline(list.id), is(404));
  await step("remove from list", () => amy.deleteAccountsFromList(list.id, [author.id]));
  await same("is empty", (await amy.getListTimeline(list.id)).data, []);
  await step("delete list", () => amy.deleteList(list.id));
  await same("no lists", (await amy.getLists()).data, []);
}

async function filters(amy, ben, status, is) {
  const made = (await step("create filter", () => amy.createFilter("two", ["home"], { whole_word: true }))).data;
  await same("as asked", [made.phrase, made.context, made.whole_word], ["two", ["home"], true]);
  await same("is kept", (await amy.getFilters()).data.map((one) => one.id), [made.id]);
  await refused("ben reads amy's filter", () => ben.getFilter(made.id), is(404));
  const changed = (await step("change filter", () => amy.updateFilter(made.id, "three", ["home", "public"]))).data;
  await same("changed", [changed.phrase, changed.context], ["three", ["home", "public"]]);
  // the library itself leaves out what filters found
  const { data } = await amy.client.get(`/api/v1/timelines/home`, { limit: 40 });
  const phrases = data.flatMap((one) => one.filtered.map((it) => it.filter.title));
  await same("the server says which", phrases, ["three"]);
  await step("delete filter", () => amy.deleteFilter(made.id));
  await same("no filters", (await amy.getFilters()).data, []);
  await step("ben is read", () => amy.getStatus(status.id));
}
