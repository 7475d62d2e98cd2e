// Starts the peer: `node server.mjs [PORT [DIALECT]]` (0 or nothing picks a free port). Prints `listening on
// http://localhost:PORT`. DIALECT is how it signs first: `rfc9421` or `draft-cavage-http-signatures-12`.
//
// Plain http on 127.0.0.1 only. `/control/*` is the test's remote control, everything else belongs to Fedify.

import { configure, getConsoleSink } from "@logtape/logtape";
import { AsyncLocalStorage } from "node:async_hooks";
import { createServer } from "node:http";
import { control } from "./control.mjs";
import { buildFederation } from "./federation.mjs";
import { knocks, notes } from "./state.mjs";

const BODY_LIMIT_BYTES = 1024 * 1024;

await configure({
  contextLocalStorage: new AsyncLocalStorage(),
  sinks: { console: getConsoleSink() },
  loggers: [
    { category: "fedify", lowestLevel: process.env.PEER_LOG ?? "warning", sinks: ["console"] },
    { category: ["logtape", "meta"], lowestLevel: "warning", sinks: ["console"] },
  ],
});

const server = createServer((request, response) => {
  serve(request, response).catch((error) => {
    console.error("request:", error);
    if (!response.headersSent) response.writeHead(500);
    response.end();
  });
});

let federation;
let origin;

server.listen(Number(process.argv[2] ?? 0), "127.0.0.1", () => {
  origin = `http://localhost:${server.address().port}`;
  federation = buildFederation(origin, process.argv[3] ?? "rfc9421");
  console.log(`listening on ${origin}`);
});

for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(0));

async function serve(request, response) {
  const body = await readBody(request);
  const url = new URL(request.url, origin);
  if (url.pathname.startsWith("/control/")) {
    const input = body.length > 0 ? JSON.parse(body.toString("utf8")) : {};
    const answer = await control(federation.createContext(new URL(origin)), request.method, url.pathname, input);
    response.writeHead(answer.status, { "content-type": "application/json" });
    response.end(JSON.stringify(answer.body, null, 1));
    return;
  }
  if (request.method === "POST") knocks.push(request.headers["signature-input"] == null ? "draft-cavage" : "rfc9421");
  const gone = url.pathname.match(/^\/(?:notes|polls)\/([^/]+)$/);
  if (gone != null && notes.get(gone[1])?.deleted) {
    response.writeHead(410);
    response.end();
    return;
  }
  const answer = await federation.fetch(toRequest(request, url, body), { contextData: undefined });
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  response.end(Buffer.from(await answer.arrayBuffer()));
}

/** Node's request as the web platform's, which Fedify takes; repeated headers stay joined as they came. */
function toRequest(request, url, body) {
  const headers = new Headers();
  for (let i = 0; i < request.rawHeaders.length; i += 2) headers.append(request.rawHeaders[i], request.rawHeaders[i + 1]);
  const hasBody = request.method !== "GET" && request.method !== "HEAD";
  return new Request(url, { method: request.method, headers, body: hasBody ? body : undefined });
}

async function readBody(request) {
  const chunks = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length > BODY_LIMIT_BYTES) throw new Error("request body too large");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
