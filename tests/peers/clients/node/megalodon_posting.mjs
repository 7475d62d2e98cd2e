// A status with a picture, a poll with votes, an edit, a deletion, by megalodon.

import { createReadStream, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { picture } from "./picture.mjs";
import { check, refused, same, step } from "./steps.mjs";

export async function run({ amy, ben }, is) {
  const media = await upload(amy);
  const { original, focus } = media.meta;
  await same("its size and focus", [original.width, original.height, focus.x, focus.y], [32, 32, 0.5, -0.25]);
  const changed = await step("describe", () => amy.updateMedia(media.id, { description: "A square, grey" }));
  await same("its description", changed.data.description, "A square, grey");
  const options = {
    media_ids: [media.id],
    sensitive: true,
    spoiler_text: "A board",
    visibility: "unlisted",
    language: "en",
  };
  const status = (await step("post", () => amy.postStatus("The first wording", options))).data;
  const seen = (await step("ben reads", () => ben.getStatus(status.id))).data;
  const shown = [seen.visibility, seen.sensitive, seen.spoiler_text, seen.language];
  await same("as posted", shown, ["unlisted", true, "A board", "en"]);
  const attached = seen.media_attachments.map((one) => [one.id, one.type, one.description]);
  await same("with picture", attached, [[media.id, "image", "A square, grey"]]);

  await withPoll(amy, ben, is);

  const change = { status: "The second wording", media_ids: [media.id] };
  await step("edit", () => amy.editStatus(status.id, change));
  const read = (await step("ben reads", () => ben.getStatus(status.id))).data;
  await step("is marked", () => check(read.edited_at, read));
  await same("the new one", [read.content, read.media_attachments.length], ["<p>The second wording</p>", 1]);
  const source = (await step("source", () => amy.getStatusSource(status.id))).data;
  await same("plain", source.text, "The second wording");
  await refused("ben edits it", () => ben.editStatus(status.id, { status: "Mine" }), is(404));
  await refused("ben deletes it", () => ben.deleteStatus(status.id), is(404));
  await step("delete", () => amy.deleteStatus(status.id));
  await refused("reading it", () => ben.getStatus(status.id), is(404));
}

/** The library takes open files alone. */
async function upload(amy) {
  const folder = mkdtempSync(join(tmpdir(), "megalodon-"));
  const path = join(folder, "square.png");
  writeFileSync(path, picture());
  const described = { description: "A grey square", focus: "0.5,-0.25" };
  const media = await step("upload", () => amy.uploadMedia(createReadStream(path), described));
  rmSync(folder, { recursive: true });
  return media.data;
}

async function withPoll(amy, ben, is) {
  const poll = { options: ["Before school", "After school"], expires_in: 3600, multiple: false };
  const status = (await step("ask", () => amy.postStatus("When shall we meet?", { poll }))).data;
  await same("options", status.poll.options.map((option) => option.title), poll.options);
  const voted = (await step("vote", () => ben.votePoll(status.poll.id, [1]))).data;
  await same("voted", voted.voted, true);
  const result = (await step("result", () => amy.getPoll(status.poll.id))).data;
  await same("counted", [result.options.map((option) => option.votes_count), result.votes_count], [[0, 1], 1]);
  await refused("a second vote", () => ben.votePoll(status.poll.id, [0]), is(422));
}
