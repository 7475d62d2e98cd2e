// The ActivityPub side: one actor, its key pairs, its notes, its collections and its inbox, all through Fedify.
//
// Everything is as Fedify does it for real servers: RFC 9421 signatures first and draft-cavage on refusal (or the other
// way round, if asked to), Linked Data signatures and integrity proofs on what it sends, signatures verified on what it
// receives. The two departures are
// plain http and private addresses, because the tests run on loopback.

import { createFederation, generateCryptoKeyPair, InProcessMessageQueue, MemoryKvStore } from "@fedify/fedify";
import {
  Accept,
  Activity,
  Create,
  Endpoints,
  Follow,
  Mention,
  Note,
  Person,
  PUBLIC_COLLECTION,
  Collection,
  Question,
  Reject,
  Undo,
} from "@fedify/vocab";
import { Temporal } from "@js-temporal/polyfill";
import { followers, following, identity, notes, received, refused } from "./state.mjs";

/** The one account of this server. */
export const IDENTIFIER = "peer";

const keys = [await generateCryptoKeyPair("RSASSA-PKCS1-v1_5"), await generateCryptoKeyPair("Ed25519")];

/**
 * Builds the federation for `origin`, for example `http://localhost:8000`, that signs in `firstKnock` first.
 *
 * Retries are quick so that a test which restarts its server does not wait for Fedify's usual minutes.
 */
export function buildFederation(origin, firstKnock) {
  const quick = ({ attempts }) => (attempts > 20 ? null : Temporal.Duration.from({ milliseconds: 500 }));
  const federation = createFederation({
    kv: new MemoryKvStore(),
    queue: new InProcessMessageQueue(),
    origin,
    firstKnock,
    allowPrivateAddress: true,
    circuitBreaker: false,
    outboxRetryPolicy: quick,
    inboxRetryPolicy: quick,
    onOutboxError: (error, activity) => console.error("outbox:", activity?.id?.href, error.message),
  });

  federation
    .setActorDispatcher("/users/{identifier}", async (ctx, identifier) => {
      if (identifier !== IDENTIFIER) return null;
      const pairs = await ctx.getActorKeyPairs(identifier);
      return new Person({
        id: ctx.getActorUri(identifier),
        preferredUsername: identifier,
        name: "Independent Peer",
        summary: "<p>A test account on another kind of server.</p>",
        url: ctx.getActorUri(identifier),
        inbox: ctx.getInboxUri(identifier),
        outbox: ctx.getOutboxUri(identifier),
        followers: ctx.getFollowersUri(identifier),
        endpoints: new Endpoints({ sharedInbox: ctx.getInboxUri() }),
        publicKey: pairs[0].cryptographicKey,
        assertionMethods: pairs.map((pair) => pair.multikey),
        discoverable: true,
        indexable: true,
        aliases: identity.aliases.map((uri) => new URL(uri)),
        successor: identity.successor == null ? null : new URL(identity.successor),
      });
    })
    .mapHandle((_ctx, username) => (username === IDENTIFIER ? IDENTIFIER : null))
    .setKeyPairsDispatcher((_ctx, identifier) => (identifier === IDENTIFIER ? keys : []));

  federation.setObjectDispatcher(Note, "/notes/{id}", (ctx, { id }) => {
    const note = notes.get(id);
    return note == null || note.deleted || note.options ? null : toNote(ctx, id);
  });
  federation.setObjectDispatcher(Question, "/polls/{id}", (ctx, { id }) => {
    const note = notes.get(id);
    return note == null || note.deleted || !note.options ? null : toNote(ctx, id);
  });

  federation
    .setFollowersDispatcher("/users/{identifier}/followers", () => ({ items: [...followers.values()] }))
    .setCounter(() => followers.size);

  federation
    .setOutboxDispatcher("/users/{identifier}/outbox", (ctx) => ({
      items: [...notes.entries()].filter(([, note]) => !note.deleted && !note.direct).map(([id]) => toCreate(ctx, id)).reverse(),
    }))
    .setCounter(() => [...notes.values()].filter((note) => !note.deleted).length);

  federation.setNodeInfoDispatcher("/nodeinfo/2.1", () => ({
    software: { name: "staffroom-test-peer", version: "0.1.0" },
    protocols: ["activitypub"],
    usage: { users: { total: 1 }, localPosts: notes.size, localComments: 0 },
  }));

  federation
    .setInboxListeners("/users/{identifier}/inbox", "/inbox")
    .setSharedKeyDispatcher(() => ({ identifier: IDENTIFIER }))
    .on(Follow, onFollow)
    .on(Accept, (ctx, accept) => onAnswer(ctx, accept, "accepted"))
    .on(Reject, (ctx, reject) => onAnswer(ctx, reject, "rejected"))
    .on(Undo, onUndo)
    .on(Create, onCreate)
    .on(Activity, record)
    .onError((_ctx, error) => console.error("inbox:", error.message))
    .onUnverifiedActivity((_ctx, activity, reason) => {
      refused.push({ id: activity.id?.href ?? null, actor: activity.actorId?.href ?? null, reason: reason.type });
    });

  return federation;
}

/** Where other servers find the stored note `id`. */
export function uriOf(ctx, id) {
  return ctx.getObjectUri(notes.get(id).options ? Question : Note, { id });
}

/** The stored note (or poll) `id` as the object other servers fetch. */
export function toNote(ctx, id) {
  const note = notes.get(id);
  const members = {
    id: uriOf(ctx, id),
    url: uriOf(ctx, id),
    attribution: ctx.getActorUri(IDENTIFIER),
    content: note.content,
    published: note.published,
    updated: note.updated,
    replyTarget: note.inReplyTo == null ? null : new URL(note.inReplyTo),
    tags: note.mentions.map(({ href, name }) => new Mention({ href: new URL(href), name })),
    ...audience(ctx, note),
  };
  if (!note.options) return new Note(members);
  const count = (option) => [...note.votes.values()].filter((voted) => voted === option).length;
  const option = (name) => new Note({ name, replies: new Collection({ totalItems: count(name) }) });
  return new Question({
    ...members,
    exclusiveOptions: note.options.map(option),
    endTime: note.published.add({ hours: 24 }),
    voters: note.votes.size,
  });
}

/** The `Create` that first carried note `id`; its URI is stable so that a resent one is recognised. */
export function toCreate(ctx, id) {
  const note = notes.get(id);
  return new Create({
    id: new URL(`${uriOf(ctx, id).href}/activity`),
    actor: ctx.getActorUri(IDENTIFIER),
    object: toNote(ctx, id),
    published: note.published,
    ...audience(ctx, note),
  });
}

/** Who a note is for: everybody, with a copy to our followers and the mentioned; or the mentioned alone. */
export function audience(ctx, note) {
  const mentioned = note.mentions.map(({ href }) => new URL(href));
  if (note.direct) return { tos: mentioned };
  return { to: PUBLIC_COLLECTION, ccs: [ctx.getFollowersUri(IDENTIFIER), ...mentioned] };
}

async function record(ctx, activity) {
  received.push({
    id: activity.id?.href ?? null,
    type: activity.constructor.name,
    actor: activity.actorId?.href ?? null,
    object: activity.objectId?.href ?? null,
    json: await activity.toJsonLd({ contextLoader: ctx.contextLoader }),
  });
}

async function onFollow(ctx, follow) {
  await record(ctx, follow);
  const target = ctx.parseUri(follow.objectId);
  if (target?.type !== "actor" || target.identifier !== IDENTIFIER) return;
  const follower = await follow.getActor(ctx);
  if (follower?.id == null || follower.inboxId == null) return;
  followers.set(follower.id.href, { id: follower.id, inboxId: follower.inboxId, endpoints: follower.endpoints });
  const accept = new Accept({
    id: new URL(`#accepts/${encodeURIComponent(follow.id.href)}`, ctx.getActorUri(IDENTIFIER)),
    actor: ctx.getActorUri(IDENTIFIER),
    object: follow,
  });
  await ctx.sendActivity({ identifier: IDENTIFIER }, follower, accept);
}

async function onAnswer(ctx, answer, state) {
  await record(ctx, answer);
  const object = await answer.getObject({ ...ctx, crossOrigin: "trust" });
  const target = object instanceof Follow ? object.objectId?.href : following.has(answer.actorId?.href) && answer.actorId.href;
  if (target && target === answer.actorId?.href) following.set(target, state);
}

/** A note with a name that answers a poll of ours is a vote; one for each voter. */
async function onCreate(ctx, create) {
  await record(ctx, create);
  const vote = await create.getObject({ ...ctx, crossOrigin: "trust" });
  const poll = vote instanceof Note && vote.replyTargetId != null ? ctx.parseUri(vote.replyTargetId) : null;
  const note = poll?.type === "object" ? notes.get(poll.values.id) : undefined;
  const name = vote?.name?.toString();
  if (note?.options?.includes(name) && !note.votes.has(create.actorId.href)) note.votes.set(create.actorId.href, name);
}

async function onUndo(ctx, undo) {
  await record(ctx, undo);
  const object = await undo.getObject({ ...ctx, crossOrigin: "trust" });
  if (object instanceof Follow && object.actorId?.href === undo.actorId?.href) followers.delete(undo.actorId.href);
}
