/**
 * Fastify with listenq's metrics and a readiness route. Fastify is not among listenq's dependencies: npm install fastify.
 *
 *     node examples/fastify.mjs [PORT]     then: curl -s localhost:PORT/metrics
 */
import process from "node:process";
import Fastify from "fastify";
import { ownListeners } from "listenq";
import { registerListenerMetrics } from "listenq/prometheus";
import { Registry } from "prom-client";

const app = Fastify();
const registry = new Registry();

app.get("/", async () => ({ hello: "world" }));

app.get("/metrics", async (_request, reply) => {
  reply.type(registry.contentType);
  return await registry.metrics();
});

app.get("/ready", async (_request, reply) => {
  const isFull = (await ownListeners()).some(({ acceptQueue }) => acceptQueue.length >= acceptQueue.limit);
  return reply.code(isFull ? 503 : 200).send({ ready: !isFull });
});

// Fastify hands these to listen(2): its default backlog is 511, as Node's.
const address = await app.listen({ port: Number(process.argv[2] ?? 3000), host: "127.0.0.1", backlog: 256 });
const metrics = registerListenerMetrics(registry);
app.addHook("onClose", () => metrics.close());
process.once("SIGTERM", () => app.close());
process.stdout.write(`listening on ${address}\n`);
