// What the peer remembers while it runs: nothing here outlives the process, and nothing here knows Fedify.

/** Activities that arrived with a signature Fedify accepted, oldest first, as received JSON-LD. */
export const received = [];

/** Signed requests that Fedify refused, with its reason. */
export const refused = [];

/** Follower actor URI → `{ id, inboxId, endpoints }`, the shape Fedify's followers dispatcher wants. */
export const followers = new Map();

/** Object URI of each of our follows → "pending" | "accepted" | "rejected". */
export const following = new Map();

/** How each delivery to an inbox was signed, oldest first: "rfc9421" or "draft-cavage". */
export const knocks = [];

/** Note id → `{ content, published, updated, inReplyTo, mentions, direct, deleted, options, votes }`; only polls have the last two. */
export const notes = new Map();

/** Other addresses of our account, and where it went. */
export const identity = { aliases: [], successor: null };

/** Activity URI → the activity we sent, so that it can be undone. */
export const sent = new Map();

let counter = 0;

/** The next number for an id of this process; ids are `1`, `2`, … so that tests read well. */
export function nextId() {
  counter += 1;
  return String(counter);
}
