/**
 * Node's cluster: in its default mode the primary holds the listener and hands connections to the workers, so the queue is
 * the primary's, and it is the primary that watches it.
 *
 *     node examples/cluster.mjs [PORT]     then: curl -s localhost:PORT
 */
import cluster from "node:cluster";
import { createServer } from "node:http";
import process from "node:process";
import { ownListeners } from "listenq";

const WORKERS = 2;

async function runPrimary() {
  const workers = Array.from({ length: WORKERS }, () => cluster.fork());
  process.once("SIGTERM", () => {
    for (const worker of workers) worker.kill();
  });
  const [{ port }] = await Promise.all(
    workers.map((worker) => new Promise((resolve) => worker.once("listening", resolve))),
  );
  for (const { acceptQueue } of await ownListeners()) {
    const { length, limit, capacity } = acceptQueue;
    process.stdout.write(`primary: ${length} of ${capacity} waiting, limit ${limit}\n`);
  }
  process.stdout.write(`listening on http://127.0.0.1:${port}\n`);
}

function runWorker() {
  const server = createServer(async (_request, response) => {
    const held = (await ownListeners()).length;
    response.end(`worker ${cluster.worker.id} holds ${held} listeners\n`);
  });
  server.listen({ port: Number(process.argv[2] ?? 3000), host: "127.0.0.1", backlog: 64 });
}

if (cluster.isPrimary) await runPrimary();
else runWorker();
