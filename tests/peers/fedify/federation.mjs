// The ActivityPub side: one actor, its key pairs, its notes, its collections and its inbox, all through Fedify.
//
// Everything is as Fedify does it for real servers: RFC 9421 signatures first and draft-cavage on refusal, Linked Data
// signatures and integrity proofs on what it sends, signatures verified on what it receives. The two departures are
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
  Reject,
  Undo,
} from "@fedify/vocab";
import { Temporal } from "@js-temporal/polyfill";
import { followers, following, notes, received, refused } from "./state.mjs";

/** The one account of this server. */
export const IDENTIFIER = "peer";

const keys = [await generateCryptoKeyPair("RSASSA-PKCS1-v1_5"), await generateCryptoKeyPair("Ed25519")];

/**
 * Builds the federation for `origin`, for example `http://localhost:8000`.
 *
 * Retries are quick so that a test which restarts its server does not wait for Fedify's usual minutes.
 */
export function buildFederation(origin) {
  const quick = ({ attempts }) => (attempts > 20 ? null : Temporal.Duration.from({ milliseconds: 500 }));
  const federation = createFederation({
    kv: new MemoryKvStore(),
    queue: new InProcessMessageQueue(),
    origin,
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
      });
    })
    .mapHandle((_ctx, username) => (username === IDENTIFIER ? IDENTIFIER : null))
    .setKeyPairsDispatcher((_ctx, identifier) => (identifier === IDENTIFIER ? keys : []));

  federation.setObjectDispatcher(Note, "/notes/{id}", (ctx, { id }) => {
    const note = notes.get(id);
    return note == null || note.deleted ? null : toNote(ctx, id);
  });

  federation
    .setFollowersDispatcher("/users/{identifier}/followers", () => ({ items: [...followers.values()] }))
    .setCounter(() => followers.size);

  federation
    .setOutboxDispatcher("/users/{identifier}/outbox", (ctx) => ({
      items: [...notes.entries()].filter(([, note]) => !note.deleted).map(([id]) => toCreate(ctx, id)).reverse(),
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
    .on(Activity, record)
    .onError((_ctx, error) => console.error("inbox:", error.message))
    .onUnverifiedActivity((_ctx, activity, reason) => {
      refused.push({ id: activity.id?.href ?? null, actor: activity.actorId?.href ?? null, reason: reason.type });
    });

  return federation;
}

/** The stored note `id` as the object other servers fetch. */
export function toNote(ctx, id) {
  const note = notes.get(id);
  return new Note({
    id: ctx.getObjectUri(Note, { id }),
    url: ctx.getObjectUri(Note, { id }),
    attribution: ctx.getActorUri(IDENTIFIER),
    content: note.content,
    published: note.published,
    updated: note.updated,
    replyTarget: note.inReplyTo == null ? null : new URL(note.inReplyTo),
    tags: note.mentions.map(({ href, name }) => new Mention({ href: new URL(href), name })),
    to: PUBLIC_COLLECTION,
    ccs: audience(ctx, note),
  });
}

/** The `Create` that first carried note `id`; its URI is stable so that a resent one is recognised. */
export function toCreate(ctx, id) {
  const note = notes.get(id);
  return new Create({
    id: new URL(`${ctx.getObjectUri(Note, { id }).href}/activity`),
    actor: ctx.getActorUri(IDENTIFIER),
    object: toNote(ctx, id),
    published: note.published,
    to: PUBLIC_COLLECTION,
    ccs: audience(ctx, note),
  });
}

/** Our followers and everybody mentioned: who a public note is copied to. */
export function audience(ctx, note) {
  return [ctx.getFollowersUri(IDENTIFIER), ...note.mentions.map(({ href }) => new URL(href))];
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

async function onUndo(ctx, undo) {
  await record(ctx, undo);
  const object = await undo.getObject({ ...ctx, crossOrigin: "trust" });
  if (object instanceof Follow && object.actorId?.href === undo.actorId?.href) followers.delete(undo.actorId.href);
}
