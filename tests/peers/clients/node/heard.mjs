// What came in over a stream, kept until somebody asks for it.

import { check, step } from "./steps.mjs";

const DEADLINE_MS = 30_000;

export class Heard {
  events = [];
  #wake = () => {};

  /** Takes an event by its name, with its data. */
  push(name, data) {
    this.events.push({ name, data });
    this.#wake();
  }

  /** The data of the first event `name` that `fits`; those before it are dropped. */
  async until(name, fits) {
    const deadline = Date.now() + DEADLINE_MS;
    const before = [];
    while (Date.now() < deadline) {
      while (this.events.length > 0) {
        const event = this.events.shift();
        if (event.name === name && fits(event.data)) return event.data;
        before.push(event);
      }
      await this.#more(deadline - Date.now());
    }
    throw new Error(`no ${name}, only ${JSON.stringify(before).slice(0, 1000)}`);
  }

  /** Whether something comes in within `ms`; it is dropped. */
  async anything(ms) {
    if (this.events.length === 0) await this.#more(ms);
    return this.events.splice(0).length > 0;
  }

  #more(ms) {
    return new Promise((resolve) => {
      const late = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(late);
        resolve();
      };
    });
  }
}

/** Returns when the stream is open: something said by `say` is heard. */
export async function listens(heard, say) {
  await step("stream opens", async () => {
    for (let attempt = 0; attempt < 60; attempt += 1) {
      await say(`Are you listening? ${attempt}`);
      if (await heard.anything(500)) return;
    }
    check(false, "silence");
  });
}
