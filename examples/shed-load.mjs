/**
 * A service whose readiness check fails while its accept queue stands near its capacity, so that a load balancer sends new
 * clients elsewhere before the kernel drops them, and which answers 503 at once instead of working for those who have
 * waited longest anyway.
 *
 *     node examples/shed-load.mjs [PORT]     then: curl -i localhost:PORT/ready
 */
import { createServer } from "node:http";
import process from "node:process";
import { ListenerSampler } from "listenq";

const LOOK_EVERY_MS = 100;
/** The event loop may stand still between two looks, so it sheds before the queue is quite full. */
const FULL_FROM = 0.8;

let isFull = false;

/** It looks by itself, also in between, and keeps its sockets open; ownListeners() would open them for each look. */
const sampler = new ListenerSampler({ owners: "own" });

function look() {
  const own = sampler.sample().listeners.filter((listener) => listener.process?.pid === process.pid);
  isFull = own.some(({ intervalPeak, acceptQueue }) => intervalPeak >= FULL_FROM * acceptQueue.capacity);
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
    sampler.close();
    server.close();
  });
  process.stdout.write(`listening on http://127.0.0.1:${server.address().port}\n`);
});
