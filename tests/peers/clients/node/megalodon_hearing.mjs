// Notifications, a stream over WebSocket, Web Push in both encodings, by megalodon.

import { Device, PushService } from "./device.mjs";
import { Heard, listens } from "./heard.mjs";
import { check, refused, same, step } from "./steps.mjs";

export async function notifications({ amy, ben }, is) {
  const status = (await step("post", () => amy.postStatus("Who has the keys?"))).data;
  await step("clear", () => amy.dismissNotifications());
  await step("favourite", () => ben.favouriteStatus(status.id));
  await step("reblog", () => ben.reblogStatus(status.id));
  await step("mention", () => ben.postStatus("@amy I have them"));
  const told = (await step("notifications", () => amy.getNotifications())).data;
  const kinds = [["mention", "ben"], ["reblog", "ben"], ["favourite", "ben"]];
  await same("all three, newest first", told.map((one) => [one.type, one.account.username]), kinds);
  await same("about the status", told[2].status.id, status.id);
  const rest = (await step("without a type", () => amy.getNotifications({ exclude_types: ["mention"] }))).data;
  await same("the other two", rest.length, 2);
  await refused("ben reads one of amy's", () => ben.getNotification(told[0].id), is(404));
  await step("dismiss one", () => amy.dismissNotification(told[0].id));
  await same("two are left", (await amy.getNotifications()).data.length, 2);
}

export async function streams({ amy, ben }) {
  const stream = await step("stream", () => amy.userStreaming());
  const heard = new Heard();
  for (const name of ["update", "status_update", "delete", "notification", "error"]) {
    stream.on(name, (data) => heard.push(name, data));
  }
  await listens(heard, (status) => ben.postStatus(status));
  const mine = (await step("amy posts", () => amy.postStatus("Anybody there?"))).data;
  await step("not for amy", () => ben.postStatus("@zoe between us", { visibility: "direct" }));
  const said = (await step("ben posts", () => ben.postStatus("The bell rings"))).data;
  const wanted = (one) => {
    check(!one.content.includes("between us"), "a message that is not hers");
    return one.id === said.id;
  };
  const seen = await step("update", () => heard.until("update", wanted));
  await same("its words", seen.content, "<p>The bell rings</p>");
  await step("ben edits", () => ben.editStatus(said.id, { status: "The bell has rung" }));
  const changed = await step("status.update", () => heard.until("status_update", (one) => one.id === said.id));
  await same("its new words", changed.content, "<p>The bell has rung</p>");
  await step("ben favourites", () => ben.favouriteStatus(mine.id));
  const told = await step("notification", () => heard.until("notification", (one) => one.type === "favourite"));
  await same("of ben", [told.account.username, told.status.id], ["ben", mine.id]);
  await step("ben deletes", () => ben.deleteStatus(said.id));
  await step("delete", () => heard.until("delete", (id) => id === said.id));
  stream.stop();
}

export async function push({ amy, ben, token }, port, is) {
  const service = await PushService.start(port);
  const endpoint = `http://localhost:${port}/device`;
  for (const [encoding, standard] of [["aes128gcm", true], ["aesgcm", false]]) {
    const [device, other] = [new Device(), new Device()];
    const alerts = { mention: true, favourite: false };
    const made = await step(`subscribe for ${encoding}`, () =>
      amy.subscribePushNotification({ endpoint, keys: device.keys(), standard }, { alerts }),
    );
    const asked = [made.data.endpoint, made.data.alerts.mention, made.data.alerts.favourite];
    await same("as asked", asked, [endpoint, true, false]);
    const kept = (await step("subscription", () => amy.getPushSubscription())).data;
    await same("is kept", kept.id, made.data.id);
    await step("mention", () => ben.postStatus(`@amy by ${encoding}`));
    const taken = await step("message", () => service.next());
    await same("where to and how", [taken.path, taken.headers["content-encoding"]], ["/device", encoding]);
    await step("its words are sealed", () => check(!taken.body.includes(encoding), "sent in clear"));
    const message = await step("decrypt", () => device.read(taken));
    const fields = [message.notification_type, message.body, message.access_token];
    await same("its fields", fields, ["mention", `@amy by ${encoding}`, token]);
    await refused("another device", () => other.read(taken), () => true);
  }
  const changed = await step("update", () => amy.updatePushSubscription({ alerts: { favourite: true } }));
  await same("changed", changed.data.alerts.favourite, true);
  await step("unsubscribe", () => amy.deletePushSubscription());
  await refused("the subscription that is gone", () => amy.getPushSubscription(), is(404));
  service.stop();
}
