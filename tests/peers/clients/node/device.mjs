// A device with keys of its own, a push service that takes messages for it, and the reading of these by `http_ece`.

import { createECDH, randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import ece from "http_ece";

/** A push service on loopback `port` that answers 201 and hands out what it took. */
export class PushService {
  #taken = [];
  #waiting = [];

  static async start(port) {
    const service = new PushService();
    service.server = createServer(async (request, response) => {
      const parts = [];
      for await (const part of request) parts.push(part);
      const taken = { path: request.url, headers: request.headers, body: Buffer.concat(parts) };
      response.writeHead(201).end();
      const waiting = service.#waiting.shift();
      if (waiting) waiting(taken);
      else service.#taken.push(taken);
    });
    service.server.listen(port, "127.0.0.1");
    await once(service.server, "listening");
    return service;
  }

  /** The next message, or nothing within 30 seconds. */
  next() {
    if (this.#taken.length > 0) return Promise.resolve(this.#taken.shift());
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error("no message came")), 30_000);
      this.#waiting.push((taken) => {
        clearTimeout(late);
        resolve(taken);
      });
    });
  }

  stop() {
    this.server.close();
    this.server.closeAllConnections();
  }
}

/** Keys as an app makes them. */
export class Device {
  constructor() {
    this.pair = createECDH("prime256v1");
    this.pair.generateKeys();
    this.auth = randomBytes(16);
  }

  /** What the server is given of them. */
  keys() {
    return { p256dh: this.pair.getPublicKey("base64url"), auth: this.auth.toString("base64url") };
  }

  /** The message that was taken; throws when it is not for this device. */
  read({ headers, body }) {
    const version = headers["content-encoding"];
    const params = { version, privateKey: this.pair, authSecret: this.auth };
    if (version === "aesgcm") {
      params.dh = parameter(headers["crypto-key"], "dh");
      params.salt = parameter(headers.encryption, "salt");
    }
    return JSON.parse(ece.decrypt(body, params).toString("utf8"));
  }
}

function parameter(header, name) {
  const found = header.split(/[;,]/).map((part) => part.trim().split("=")).find(([one]) => one === name);
  if (!found) throw new Error(`no ${name} in ${header}`);
  return found[1];
}
