/**
 * A plain node:http service that shows its own accept queue to Prometheus, beside its other metrics.
 *
 *     node examples/node-http.mjs [PORT]     then: curl -s localhost:PORT/metrics
 */
import { createServer } from "node:http";
import process from "node:process";
import { registerListenerMetrics } from "listenq/prometheus";
import { collectDefaultMetrics, register } from "prom-client";

collectDefaultMetrics();

const server = createServer(async (request, response) => {
  if (request.url !== "/metrics") return response.end("hello\n");
  response.setHeader("Content-Type", register.contentType);
  response.end(await register.metrics());
});

// The third argument is the backlog; without it Node asks for 511.
server.listen(Number(process.argv[2] ?? 3000), "127.0.0.1", 128, () => {
  const metrics = registerListenerMetrics(register);
  process.once("SIGTERM", () => {
    metrics.close();
    server.close();
  });
  process.stdout.write(`listening on http://127.0.0.1:${server.address().port}\n`);
});
