// What the peer remembers while it runs: nothing here outlives the process, and nothing here knows Fedify.

/** Activities that arrived with a signature Fedify accepted, oldest first, as received JSON-LD. */
export const received = [];

/** Signed requests that Fedify refused, with its reason. */
export const refused = [];

/** Follower actor URI → `{ id, inboxId, endpoints }`, the shape Fedify's followers dispatcher wants. */
export const followers = new Map();

/** Object URI of each of our follows → "pending" | "accepted" | "rejected". */
export const following = new Map();

/** Note id → `{ content, published, updated, inReplyTo, mentions, deleted }`. */
export const notes = new Map();

/** Activity URI → the activity we sent, so that it can be undone. */
export const sent = new Map();

let counter = 0;

/** The next number for an id of this process; ids are `1`, `2`, … so that tests read well. */
export function nextId() {
  counter += 1;
  return String(counter);
}
