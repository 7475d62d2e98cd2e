// A status with a picture, a poll with votes, an edit, its history, a deletion, by masto.

import { check, refused, same, step } from "./steps.mjs";
import { picture } from "./picture.mjs";

export async function run({ amy, ben }, is) {
  await withPicture(amy, ben);
  await withPoll(amy, ben, is);
  await editedAndDeleted(amy, ben, is);
}

async function withPicture(amy, ben) {
  const file = new Blob([picture()], { type: "image/png" });
  const media = await step("upload", () =>
    amy.v2.media.create({ file, description: "A grey square", focus: "0.5,-0.25" }),
  );
  const { original, focus } = media.meta;
  await same("its size and focus", [original.width, original.height, focus.x, focus.y], [32, 32, 0.5, -0.25]);
  const description = "A square, grey";
  const changed = await step("describe", () => amy.v1.media.$select(media.id).update({ description }));
  await same("its description", changed.description, description);
  const params = {
    status: "What the board looks like",
    mediaIds: [media.id],
    sensitive: true,
    spoilerText: "A board",
    visibility: "unlisted",
    language: "en",
  };
  const requestInit = { headers: { "Idempotency-Key": "the board of masto" } };
  const status = await step("post", () => amy.v1.statuses.create(params, { requestInit }));
  const again = await step("post with the same key", () => amy.v1.statuses.create(params, { requestInit }));
  await same("is the same", again.id, status.id);
  const seen = await step("ben reads", () => ben.v1.statuses.$select(status.id).fetch());
  const shown = [seen.visibility, seen.sensitive, seen.spoilerText, seen.language];
  await same("as posted", shown, ["unlisted", true, "A board", "en"]);
  const attached = seen.mediaAttachments.map((one) => [one.id, one.type, one.description]);
  await same("with picture", attached, [[media.id, "image", "A square, grey"]]);
  const image = await step("picture", async () => (await fetch(seen.mediaAttachments[0].url)).arrayBuffer());
  await step("is a picture", () => check(Buffer.from(image, 1, 3).toString() === "PNG", image.byteLength));
}

async function withPoll(amy, ben, is) {
  const poll = { options: ["Before school", "After school"], expiresIn: 3600, multiple: false, hideTotals: false };
  const status = await step("ask", () => amy.v1.statuses.create({ status: "When shall we meet?", poll }));
  await same("options", status.poll.options.map((option) => option.title), poll.options);
  const theirs = ben.v1.polls.$select(status.poll.id);
  const voted = await step("vote", () => theirs.votes.create({ choices: [1] }));
  await same("voted", [voted.voted, voted.ownVotes], [true, [1]]);
  const result = await step("result", () => amy.v1.polls.$select(status.poll.id).fetch());
  await same("counted", [result.options.map((option) => option.votesCount), result.votesCount], [[0, 1], 1]);
  await refused("a second vote", () => theirs.votes.create({ choices: [0] }), is(422));
}

async function editedAndDeleted(amy, ben, is) {
  const file = new Blob([picture()], { type: "image/png" });
  const media = await step("upload", () => amy.v2.media.create({ file, description: "Before" }));
  const first = { status: "The first wording", mediaIds: [media.id] };
  const status = await step("post", () => amy.v1.statuses.create(first));
  const [mine, theirs] = [amy, ben].map((who) => who.v1.statuses.$select(status.id));
  const change = {
    status: "The second wording",
    spoilerText: "Wordings",
    mediaIds: [media.id],
    mediaAttributes: [{ id: media.id, description: "After" }],
  };
  const edited = await step("edit", () => mine.update(change));
  await step("is marked", () => check(edited.editedAt, edited));
  const seen = await step("ben reads", () => theirs.fetch());
  const shown = [seen.content, seen.spoilerText, seen.mediaAttachments[0].description];
  await same("the new one", shown, ["<p>The second wording</p>", "Wordings", "After"]);
  const source = await step("source", () => mine.source.fetch());
  await same("plain", [source.text, source.spoilerText], ["The second wording", "Wordings"]);
  const history = await step("history", () => theirs.history.list());
  const wordings = ["<p>The first wording</p>", "<p>The second wording</p>"];
  await same("both wordings", history.map((one) => one.content), wordings);
  await refused("ben edits it", () => theirs.update({ status: "Mine" }), is(404));
  await refused("ben deletes it", () => theirs.remove(), is(404));
  const deleted = await step("delete", () => mine.remove());
  await same("to write anew", deleted.text, "The second wording");
  await refused("reading it", () => theirs.fetch(), is(404));
}
