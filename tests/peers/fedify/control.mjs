// The test's remote control: small JSON requests that make the peer's account act, and read what reached it.
//
// Every action answers `{ id, activity, … }` with the URIs it made, or 4xx `{ error }`. Only loopback can reach it.

import {
  Announce,
  Block,
  Create,
  Delete,
  Follow,
  isActor,
  Like,
  Move,
  Note,
  PUBLIC_COLLECTION,
  Tombstone,
  Undo,
  Update,
} from "@fedify/vocab";
import { Temporal } from "@js-temporal/polyfill";
import { audience, IDENTIFIER, toCreate, toNote, uriOf } from "./federation.mjs";
import { followers, following, identity, knocks, nextId, notes, received, refused, sent } from "./state.mjs";

class BadRequest extends Error {}

/** Runs the control request `method path` with `body`; answers `{ status, body }`. */
export async function control(ctx, method, path, body) {
  const handler = HANDLERS[`${method} ${path}`];
  if (handler == null) return { status: 404, body: { error: `no such control: ${method} ${path}` } };
  try {
    return { status: 200, body: await handler(ctx, body) };
  } catch (error) {
    return { status: error instanceof BadRequest ? 422 : 500, body: { error: error.message } };
  }
}

const HANDLERS = {
  "GET /control/received": async () => received,
  "GET /control/refused": async () => refused,
  "GET /control/knocks": async () => knocks,
  "GET /control/votes": async () => [...notes.values()].flatMap(({ votes }) => [...(votes ?? [])]),
  "GET /control/followers": async () => [...followers.keys()],
  "GET /control/following": async () => Object.fromEntries(following),
  "GET /control/actor": async (ctx) => ({ id: ctx.getActorUri(IDENTIFIER).href }),
  "POST /control/resolve": async (ctx, { handle }) => ({ id: (await actorOf(ctx, { handle })).id.href }),
  "POST /control/fetch": async (ctx, { object }) => {
    const found = await (await loader(ctx))(required(object, "object"));
    return found.document;
  },
  "POST /control/follow": follow,
  "POST /control/post": post,
  "POST /control/edit": edit,
  "POST /control/delete": remove,
  "POST /control/like": (ctx, { id }) => react(ctx, Like, "likes", id),
  "POST /control/boost": (ctx, { id }) => react(ctx, Announce, "boosts", id),
  "POST /control/undo": undo,
  "POST /control/block": block,
  "POST /control/vote": vote,
  "POST /control/alias": async (_ctx, { actor }) => ({ aliases: identity.aliases.push(required(actor, "actor")) }),
  "POST /control/move": move,
};

async function follow(ctx, target) {
  const actor = await actorOf(ctx, target);
  const activity = new Follow({
    id: activityUri(ctx, "follows"),
    actor: ctx.getActorUri(IDENTIFIER),
    object: actor.id,
    to: actor.id,
  });
  following.set(actor.id.href, "pending");
  await send(ctx, [actor], activity);
  return { id: actor.id.href, activity: activity.id.href };
}

/** A public note; with `direct` one for the mentioned alone (`mention` a handle, besides who is answered); with `options` a poll. */
async function post(ctx, { content, inReplyTo = null, mention = null, direct = false, options = null }) {
  const people = [];
  if (inReplyTo != null) people.push(await authorOf(ctx, inReplyTo));
  if (mention != null) people.push(await actorOf(ctx, { handle: mention }));
  const mentions = people.map(({ id, preferredUsername }) => ({ href: id.href, name: `@${preferredUsername}@${id.host}` }));
  const id = nextId();
  notes.set(id, {
    content: required(content, "content"),
    published: Temporal.Now.instant(),
    updated: null,
    inReplyTo,
    mentions,
    direct,
    deleted: false,
    options,
    votes: options == null ? null : new Map(),
  });
  const activity = toCreate(ctx, id);
  await send(ctx, people, activity, !direct);
  return { id: uriOf(ctx, id).href, activity: activity.id.href };
}

async function edit(ctx, { id, content }) {
  const [key, note] = stored(ctx, id);
  note.content = required(content, "content");
  note.updated = Temporal.Now.instant();
  const activity = new Update({
    id: activityUri(ctx, "updates"),
    actor: ctx.getActorUri(IDENTIFIER),
    object: toNote(ctx, key),
    ...audience(ctx, note),
  });
  await send(ctx, await mentioned(ctx, note), activity, !note.direct);
  return { id, activity: activity.id.href };
}

async function remove(ctx, { id }) {
  const [, note] = stored(ctx, id);
  note.deleted = true;
  const activity = new Delete({
    id: activityUri(ctx, "deletes"),
    actor: ctx.getActorUri(IDENTIFIER),
    object: new Tombstone({ id: new URL(id) }),
    ...audience(ctx, note),
  });
  await send(ctx, await mentioned(ctx, note), activity, !note.direct);
  return { id, activity: activity.id.href };
}

async function react(ctx, Kind, kind, id) {
  const author = await authorOf(ctx, required(id, "id"));
  const isPublic = Kind === Announce;
  const activity = new Kind({
    id: activityUri(ctx, kind),
    actor: ctx.getActorUri(IDENTIFIER),
    object: new URL(id),
    published: Temporal.Now.instant(),
    to: isPublic ? PUBLIC_COLLECTION : author.id,
    ccs: isPublic ? [ctx.getFollowersUri(IDENTIFIER), author.id] : [],
  });
  await send(ctx, [author], activity, isPublic);
  return { id, activity: activity.id.href };
}

async function block(ctx, target) {
  const actor = await actorOf(ctx, target);
  const activity = new Block({
    id: activityUri(ctx, "blocks"),
    actor: ctx.getActorUri(IDENTIFIER),
    object: actor.id,
    to: actor.id,
  });
  followers.delete(actor.id.href);
  await send(ctx, [actor], activity);
  return { id: actor.id.href, activity: activity.id.href };
}

/** Votes for the option called `name` of the poll `id`. */
async function vote(ctx, { id, name }) {
  const author = await authorOf(ctx, required(id, "id"));
  const number = nextId();
  const object = new Note({
    id: new URL(`#votes/${number}`, ctx.getActorUri(IDENTIFIER)),
    attribution: ctx.getActorUri(IDENTIFIER),
    name: required(name, "name"),
    replyTarget: new URL(id),
    to: author.id,
  });
  const activity = new Create({
    id: new URL(`#votes/${number}/activity`, ctx.getActorUri(IDENTIFIER)),
    actor: ctx.getActorUri(IDENTIFIER),
    object,
    to: author.id,
  });
  await send(ctx, [author], activity);
  return { id: object.id.href, activity: activity.id.href };
}

/** Our account goes to `{ actor }` or `{ handle }`, which names it among its other addresses. */
async function move(ctx, target) {
  const actor = await actorOf(ctx, target);
  identity.successor = actor.id.href;
  const activity = new Move({
    id: activityUri(ctx, "moves"),
    actor: ctx.getActorUri(IDENTIFIER),
    object: ctx.getActorUri(IDENTIFIER),
    target: actor.id,
    to: ctx.getFollowersUri(IDENTIFIER),
  });
  await send(ctx, [], activity, true);
  return { id: actor.id.href, activity: activity.id.href };
}

async function undo(ctx, { activity: uri }) {
  const before = sent.get(uri);
  if (before == null) throw new BadRequest(`activity: nothing sent as ${uri}`);
  const activity = new Undo({
    id: activityUri(ctx, "undos"),
    actor: ctx.getActorUri(IDENTIFIER),
    object: before.activity,
    tos: before.people.map((actor) => actor.id),
  });
  if (before.activity instanceof Follow) following.delete(before.activity.objectId.href);
  await send(ctx, before.people, activity, before.toFollowers);
  return { activity: activity.id.href };
}

async function send(ctx, people, activity, toFollowers = false) {
  sent.set(activity.id.href, { activity, people, toFollowers });
  const sender = { identifier: IDENTIFIER };
  const also = people.filter((actor) => !toFollowers || !followers.has(actor.id.href));
  if (also.length > 0) await ctx.sendActivity(sender, also, activity);
  if (toFollowers && followers.size > 0) {
    await ctx.sendActivity(sender, "followers", activity, { preferSharedInbox: true });
  }
}

/** The actor named by `{ actor: URI }` or `{ handle: "@name@host" }`. */
async function actorOf(ctx, { actor, handle }) {
  const uri = actor ?? (await webFinger(required(handle, "handle")));
  const found = await ctx.lookupObject(new URL(uri), { documentLoader: await loader(ctx) });
  if (!isActor(found)) throw new BadRequest(`no actor at ${uri}`);
  return found;
}

/** WebFinger by hand: Fedify asks for `acct:` names over https only, and the tests speak plain http on loopback. */
async function webFinger(handle) {
  const acct = handle.replace(/^@/, "");
  const host = acct.slice(acct.lastIndexOf("@") + 1);
  const answer = await fetch(`http://${host}/.well-known/webfinger?resource=${encodeURIComponent(`acct:${acct}`)}`);
  if (!answer.ok) throw new BadRequest(`WebFinger for ${acct} answered ${answer.status}`);
  const { links = [] } = await answer.json();
  const self = links.find(({ rel, type }) => rel === "self" && /activity\+json|ld\+json/.test(type ?? ""));
  if (self?.href == null) throw new BadRequest(`WebFinger for ${acct} has no ActivityPub link`);
  return self.href;
}

async function authorOf(ctx, uri) {
  const documentLoader = await loader(ctx);
  const object = await ctx.lookupObject(new URL(uri), { documentLoader });
  const author = await object?.getAttribution?.({ documentLoader, contextLoader: ctx.contextLoader });
  if (!isActor(author ?? null)) throw new BadRequest(`no author found for ${uri}`);
  return author;
}

async function mentioned(ctx, note) {
  return Promise.all(note.mentions.map(({ href }) => actorOf(ctx, { actor: href })));
}

/** Fetches signed as our account, as servers with authorised fetch demand. */
function loader(ctx) {
  return ctx.getDocumentLoader({ identifier: IDENTIFIER });
}

function stored(ctx, uri) {
  const parsed = ctx.parseUri(new URL(required(uri, "id")));
  const key = parsed?.type === "object" ? parsed.values.id : undefined;
  const note = notes.get(key);
  if (note == null || note.deleted) throw new BadRequest(`id: no note of ours at ${uri}`);
  return [key, note];
}

function activityUri(ctx, kind) {
  return new URL(`#${kind}/${nextId()}`, ctx.getActorUri(IDENTIFIER));
}

function required(value, name) {
  if (typeof value !== "string" || value === "") throw new BadRequest(`${name}: is required`);
  return value;
}
