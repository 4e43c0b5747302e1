/**
 * Fastify with listenq's metrics, and a readiness route that fails while the accept queue stands at its capacity. Fastify is not
 * among listenq's dependencies: npm install fastify.
 *
 *     node examples/fastify.mjs [PORT]     then: curl -s localhost:PORT/metrics; curl -i localhost:PORT/ready
 */
import process from "node:process";
import Fastify from "fastify";
import { ListenerSampler } from "listenq";
import { registerListenerMetrics } from "listenq/prometheus";
import { Registry } from "prom-client";

const LOOK_EVERY_MS = 100;

const app = Fastify();
const registry = new Registry();
const metrics = registerListenerMetrics(registry);

/**
 * A look of its own, not one for each request: whoever asks has been taken out of the queue already, and it may have drained
 * by then.
 */
let isFull = false;
const sampler = new ListenerSampler({ owners: "own" });
const timer = setInterval(() => {
  const own = sampler.sample().listeners.filter((listener) => listener.process?.pid === process.pid);
  isFull = own.some(({ intervalPeak, acceptQueue }) => intervalPeak >= acceptQueue.capacity);
}, LOOK_EVERY_MS);

app.get("/", async () => ({ hello: "world" }));

app.get("/metrics", async (_request, reply) => {
  reply.type(registry.contentType);
  return await registry.metrics();
});

app.get("/ready", async (_request, reply) => reply.code(isFull ? 503 : 200).send({ ready: !isFull }));

// Work that keeps the event loop busy: that is what fills the queue.
app.get("/busy", async () => {
  const until = performance.now() + 1_500;
  while (performance.now() < until);
  return { busy: false };
});

app.addHook("onClose", () => {
  clearInterval(timer);
  sampler.close();
  metrics.close();
});
process.once("SIGTERM", () => app.close());

// Fastify hands the backlog to listen(2): 511 if left out, as Node's. Small here, so that it can be seen full.
const address = await app.listen({ port: Number(process.argv[2] ?? 3000), host: "127.0.0.1", backlog: 16 });
process.stdout.write(`listening on ${address}\n`);
