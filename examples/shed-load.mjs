/**
 * A service whose readiness check fails while its accept queue stands near its capacity, so that a load balancer sends new
 * clients elsewhere before the kernel drops them, and which answers 503 at once instead of working for those who have
 * waited longest anyway.
 *
 *     node examples/shed-load.mjs [PORT]     then: curl -i localhost:PORT/ready
 */
import { createServer } from "node:http";
import process from "node:process";
import { ownListeners } from "listenq";

const LOOK_EVERY_MS = 100;
/** The event loop may stand still between two looks, so it sheds before the queue is quite full. */
const FULL_FROM = 0.8;

let isFull = false;

/** One look costs well under a millisecond; a look for each request would be a look too many. */
async function look() {
  const listeners = await ownListeners();
  isFull = listeners.some(({ acceptQueue: { length, capacity } }) => length >= FULL_FROM * capacity);
}

const server = createServer((request, response) => {
  if (request.url === "/ready")
    return response.writeHead(isFull ? 503 : 200).end(isFull ? "full\n" : "ready\n");
  if (isFull) return response.writeHead(503, { "Retry-After": "1", Connection: "close" }).end();
  // A client may ask for work that keeps the event loop busy: that is what fills the queue.
  const busyMs = Math.min(Number(new URL(request.url, "http://x").searchParams.get("busyMs") ?? 0), 2_000);
  const until = performance.now() + busyMs;
  while (performance.now() < until);
  response.end("done\n");
});

server.listen(Number(process.argv[2] ?? 3000), "127.0.0.1", 16, () => {
  const timer = setInterval(look, LOOK_EVERY_MS);
  process.once("SIGTERM", () => {
    clearInterval(timer);
    server.close();
  });
  process.stdout.write(`listening on http://127.0.0.1:${server.address().port}\n`);
});
