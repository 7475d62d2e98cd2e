// Notifications, streams over one WebSocket, Web Push in both encodings, by masto.

import { Device, PushService } from "./device.mjs";
import { Heard, listens } from "./heard.mjs";
import { check, refused, same, step } from "./steps.mjs";

export async function notifications({ amy, ben }, is) {
  const status = await step("post", () => amy.v1.statuses.create({ status: "Who has the keys?" }));
  await step("clear", () => amy.v1.notifications.clear());
  await step("favourite", () => ben.v1.statuses.$select(status.id).favourite());
  await step("reblog", () => ben.v1.statuses.$select(status.id).reblog());
  await step("mention", () => ben.v1.statuses.create({ status: "@amy I have them" }));
  const told = await step("notifications", () => amy.v1.notifications.list());
  const kinds = [["mention", "ben"], ["reblog", "ben"], ["favourite", "ben"]];
  await same("all three, newest first", told.map((one) => [one.type, one.account.username]), kinds);
  await same("about the status", told[2].status.id, status.id);
  await same("by type", (await amy.v1.notifications.list({ types: ["mention"] })).map((one) => one.type), ["mention"]);
  await same("unread", (await amy.v1.notifications.unreadCount.fetch()).count, 3);
  await refused("ben reads one of amy's", () => ben.v1.notifications.$select(told[0].id).fetch(), is(404));
  const grouped = await step("grouped", () => amy.v2.notifications.list());
  const groups = grouped.notificationGroups.map((one) => [one.type, one.notificationsCount]);
  await same("a group each", groups, [["mention", 1], ["reblog", 1], ["favourite", 1]]);
  const group = amy.v2.notifications.$select(grouped.notificationGroups[2].groupKey);
  await same("accounts of a group", (await group.accounts.fetch()).map((one) => one.username), ["ben"]);
  await step("dismiss group", () => group.dismiss());
  await step("dismiss one", () => amy.v1.notifications.$select(told[1].id).dismiss());
  await same("the mention is left", (await amy.v1.notifications.list()).map((one) => one.type), ["mention"]);
}

/** Keeps everything of `subscription` in what it returns. */
function keep(subscription) {
  const heard = new Heard();
  (async () => {
    for await (const event of subscription) heard.push(event.event, event.payload);
  })().catch((error) => heard.push("error", String(error)));
  return heard;
}

export async function streams({ amy, ben, zoe, stream }) {
  const streaming = stream();
  const heard = keep(streaming.user.subscribe());
  const tagged = keep(streaming.hashtag.subscribe({ tag: "marking" }));
  await listens(heard, (status) => ben.v1.statuses.create({ status }));
  const mine = await step("amy posts", () => amy.v1.statuses.create({ status: "Anybody there?" }));
  await step("not for amy", () => ben.v1.statuses.create({ status: "@zoe between us", visibility: "direct" }));
  const said = await step("ben posts", () => ben.v1.statuses.create({ status: "The bell rings" }));
  const bens = ben.v1.statuses.$select(said.id);
  const wanted = (one) => {
    check(!one.content.includes("between us"), "a message that is not hers");
    return one.id === said.id;
  };
  const seen = await step("update", () => heard.until("update", wanted));
  await same("its words", seen.content, "<p>The bell rings</p>");
  await step("ben edits", () => bens.update({ status: "The bell has rung" }));
  const changed = await step("status.update", () => heard.until("status.update", (one) => one.id === said.id));
  await same("its new words", changed.content, "<p>The bell has rung</p>");
  await step("ben favourites", () => ben.v1.statuses.$select(mine.id).favourite());
  const told = await step("notification", () => heard.until("notification", (one) => one.type === "favourite"));
  await same("of ben", [told.account.username, told.status.id], ["ben", mine.id]);
  await step("ben deletes", () => bens.remove());
  await step("delete", () => heard.until("delete", (id) => id === said.id));
  const more = await step("post with the tag", () => zoe.v1.statuses.create({ status: "More #marking" }));
  await step("tag stream", () => tagged.until("update", (one) => one.id === more.id));
  streaming.close();
}

export async function push({ amy, ben, token }, port, is) {
  const service = await PushService.start(port);
  const endpoint = `http://localhost:${port}/device`;
  const mine = await step("amy posts", () => amy.v1.statuses.create({ status: "Is this thing on?" }));
  for (const [encoding, standard] of [["aes128gcm", true], ["aesgcm", false]]) {
    const [device, other] = [new Device(), new Device()];
    const made = await step(`subscribe for ${encoding}`, () =>
      amy.v1.push.subscription.create({
        subscription: { endpoint, keys: device.keys(), standard },
        data: { alerts: { mention: true, favourite: false } },
        policy: "all",
      }),
    );
    const asked = [made.endpoint, made.alerts.mention, made.alerts.favourite, made.standard];
    await same("as asked", asked, [endpoint, true, false, standard]);
    const { serverKey } = await step("subscription", () => amy.v1.push.subscription.fetch());
    await same("is kept", serverKey, made.serverKey);
    await step("favourite, not asked for", () => ben.v1.statuses.$select(mine.id).favourite());
    await step("mention", () => ben.v1.statuses.create({ status: `@amy by ${encoding}` }));
    const taken = await step("message", () => service.next());
    await same("where to and how", [taken.path, taken.headers["content-encoding"]], ["/device", encoding]);
    await step("its words are sealed", () => check(!taken.body.includes(encoding), "sent in clear"));
    const message = await step("decrypt", () => device.read(taken));
    const fields = [message.notification_type, message.body, message.access_token, message.preferred_locale];
    await same("its fields", fields, ["mention", `@amy by ${encoding}`, token, "en"]);
    const [told] = await amy.v1.notifications.list({ limit: 1 });
    // a number, as Mastodon sends it, of which JavaScript keeps the first digits
    await same("the same notification", message.notification_id, Number(told.id));
    await refused("another device", () => other.read(taken), () => true);
  }
  await step("update", () => amy.v1.push.subscription.update({ data: { alerts: { favourite: true } } }));
  await same("changed", (await amy.v1.push.subscription.fetch()).alerts.favourite, true);
  await step("unsubscribe", () => amy.v1.push.subscription.remove());
  await refused("the subscription that is gone", () => amy.v1.push.subscription.fetch(), is(404));
  service.stop();
}
