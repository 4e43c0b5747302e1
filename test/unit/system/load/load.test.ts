import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import type { LoadRun } from "../../../../src/core/load/index.ts";
import { closeSocket, localEndpoint, openListener } from "../../../../src/system/linux/socket/tcp-socket.ts";
import { type LoadOptions, runLoad } from "../../../../src/system/load/load.ts";
import { parseLoadUrl } from "../../../../src/system/load/load-target.ts";
import { startWatchedServer } from "./watched-server.ts";

const running: Server[] = [];

afterEach(() => {
  for (const server of running.splice(0)) server.close();
});

async function serve(onConnection: (socket: Socket) => void): Promise<number> {
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    onConnection(socket);
  }).listen(0, "127.0.0.1");
  return portOf(server);
}

async function portOf(server: Server): Promise<number> {
  running.push(server);
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

interface ClosedLoop {
  readonly requests?: number;
  readonly concurrency?: number;
}

function load(port: number, options: Partial<LoadOptions> & ClosedLoop = {}): Promise<LoadRun> {
  const { requests = 1, concurrency = 1 } = options;
  return runLoad({
    target: parseLoadUrl(`http://127.0.0.1:${port}/`),
    addresses: ["127.0.0.1"],
    pace: { loop: "closed", requests, concurrency },
    schedule: null,
    threads: 1,
    timeoutMs: 60_000,
    userAgent: "listenq/test",
    ...options,
  });
}

/** Ends what is being read as soon as the request is whole. */
function afterRequest(socket: Socket, then: () => void): void {
  let text = "";
  socket.on("data", (chunk: Buffer) => {
    text += chunk.toString("latin1");
    if (text.endsWith("\r\n\r\n")) then();
  });
}

describe("the load generator", () => {
  it("sends the request that it should, over a new connection each", async () => {
    const heads: string[] = [];
    const port = await serve((socket) => {
      socket.on("data", (chunk) => {
        heads.push(chunk.toString());
        socket.end("HTTP/1.0 200 OK\r\n\r\n");
      });
    });
    const run = await load(port, { requests: 3, concurrency: 2 });
    const head = `GET / HTTP/1.0\r\nHost: 127.0.0.1:${port}\r\nUser-Agent: listenq/test\r\nAccept: */*\r\n\r\n`;
    expect(heads).toEqual([head, head, head]);
    expect(new Set(run.requests.map(({ local }) => local)).size).toBe(3);
  });

  it("does not ask for local addresses that nobody wants", async () => {
    const port = await serve((socket) => afterRequest(socket, () => socket.end("HTTP/1.0 200 OK\r\n\r\n")));
    const [request] = (await load(port, { withLocals: false })).requests;
    expect(request).toMatchObject({ local: null, synResends: 0, failure: null });
  });

  it("never has more requests under way than it was told, and reaches as many", async () => {
    let most = 0;
    const waiting: Socket[] = [];
    const port = await serve((socket) => {
      afterRequest(socket, () => {
        waiting.push(socket);
        most = Math.max(most, waiting.length);
        if (waiting.length < 3) return;
        // Answered when the event loop comes round again, so that a fourth request would have been seen.
        setImmediate(() => {
          for (const one of waiting.splice(0)) one.end("HTTP/1.0 200 OK\r\n\r\n");
        });
      });
    });
    const run = await load(port, { requests: 9, concurrency: 3 });
    expect(most).toBe(3);
    expect(run.requests.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it("counts a request as complete when the server closes, not when the body is whole", async () => {
    const held: Socket[] = [];
    const port = await serve((socket) => {
      afterRequest(socket, () => {
        socket.write("HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok");
        if (held.length > 0) socket.end();
        else held.push(socket);
      });
    });
    let ended: () => number = () => Number.NaN;
    const first = load(port, {
      onStart: (counts) => {
        ended = () => counts().ended;
      },
    });
    while (held.length === 0) await new Promise((turn) => setImmediate(turn));
    // By the time that a whole second request is over, the first one's body has long come.
    await load(port);
    expect(ended()).toBe(0);
    held[0]?.end();
    const [request] = (await first).requests;
    expect(request).toMatchObject({ failure: null, status: 200, bodyBytes: 2 });
    expect(request?.totalMs).toBeCloseTo((request?.connectMs ?? 0) + (request?.processingMs ?? 0), 2);
  });

  it("works against Node's own HTTP server", async () => {
    const server = createHttpServer((_request, response) => response.end("hello"));
    const port = await portOf(server.listen(0, "127.0.0.1"));
    const run = await load(port, { requests: 20, concurrency: 5 });
    expect(run.requests.map(({ failure, bodyBytes }) => [failure, bodyBytes])).toEqual(
      Array.from({ length: 20 }, () => [null, 5]),
    );
  });

  it("works against the slow server, whose clients it sees waiting one after the other", async () => {
    const server = startWatchedServer({ count: 3, holdMs: 40 });
    const run = await load(server.port, { requests: 3, concurrency: 3 });
    await server.closed;
    expect(run.serverSoftware).toBe("NBS/1.0");
    expect(run.requests.map(({ failure, bytes }) => [failure, bytes])).toEqual(
      [1, 2, 3].map(() => [null, 130]),
    );
    const totals = run.requests.map(({ totalMs }) => totalMs ?? 0).sort((a, b) => a - b);
    expect(totals[2]).toBeGreaterThan(110);
  });
});

describe("many requests at once", () => {
  it("do not make Node warn of a leak, although one signal can end them all", async () => {
    const warnings: Error[] = [];
    const onWarning = (warning: Error): void => void warnings.push(warning);
    process.on("warning", onWarning);
    const port = await serve((socket) => afterRequest(socket, () => socket.end("HTTP/1.0 200 OK\r\n\r\n")));
    await load(port, { requests: 40, concurrency: 20, signal: new AbortController().signal });
    process.off("warning", onWarning);
    expect(warnings).toEqual([]);
  });
});

describe("a failed request is named by its cause", () => {
  const answers: readonly [cause: string, answer: (socket: Socket) => void][] = [
    ["reset", (socket) => socket.resetAndDestroy()],
    ["closed-early", (socket) => socket.end()],
    ["closed-early", (socket) => socket.end("HTTP/1.0 200 OK\r\nContent-Length: 9\r\n\r\nshort")],
    ["bad-response", (socket) => socket.end("SSH-2.0-OpenSSH_9.9\r\n")],
    ["non-2xx", (socket) => socket.end("HTTP/1.0 503 Busy\r\n\r\n")],
  ];

  it.each(answers)("%s", async (cause, answer) => {
    const port = await serve((socket) => afterRequest(socket, () => answer(socket)));
    const [request] = (await load(port)).requests;
    expect(request?.failure).toBe(cause);
    expect(request?.error).toBe(cause === "reset" ? "ECONNRESET" : null);
  });

  it("refused, without an endpoint or any time but the total", async () => {
    const port = await serve(() => undefined);
    running[0]?.close();
    const [request] = (await load(port)).requests;
    expect(request).toMatchObject({
      failure: "refused",
      error: "ECONNREFUSED",
      local: null,
      connectMs: null,
      processingMs: null,
      waitingMs: null,
      totalMs: expect.any(Number),
    });
  });

  it("no-response of one that is connected, connect-timeout of one whose SYN the full accept queue refuses", async () => {
    const fd = openListener({ address: "127.0.0.1", port: 0, backlog: 0 });
    const port = Number(localEndpoint(fd).split(":")[1]);
    const run = await load(port, { requests: 2, concurrency: 2, timeoutMs: 100 });
    closeSocket(fd);
    expect(run.requests.map(({ failure }) => failure).sort()).toEqual(["connect-timeout", "no-response"]);
  });
});

describe("a name with several addresses", () => {
  it("is tried in their order until one connects; what was refused before that is no failure", async () => {
    const port = await serve((socket) => afterRequest(socket, () => socket.end("HTTP/1.0 200 OK\r\n\r\n")));
    const run = await load(port, { addresses: ["127.0.0.99", "127.0.0.1"], requests: 4, concurrency: 4 });
    expect(run.address).toBe(`127.0.0.1:${port}`);
    expect(run.requests.map(({ failure }) => failure)).toEqual([null, null, null, null]);
  });

  it("fails when all of them refuse", async () => {
    const port = await serve(() => undefined);
    running[0]?.close();
    const run = await load(port, { addresses: ["127.0.0.99", "127.0.0.1"], requests: 2, concurrency: 2 });
    expect(run.requests.map(({ failure }) => failure)).toEqual(["refused", "refused"]);
  });

  it("stays with the one that has connected, so that a later refusal is a failure", async () => {
    const server = createServer((socket) => {
      socket.on("error", () => undefined);
      server.close();
      afterRequest(socket, () => socket.end("HTTP/1.0 200 OK\r\n\r\n"));
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const run = await load(port, { addresses: ["127.0.0.1", "127.0.0.99"], requests: 2 });
    expect(run.address).toBe(`127.0.0.1:${port}`);
    expect(run.requests.map(({ failure }) => failure)).toEqual([null, "refused"]);
  });
});

describe("a run that is interrupted", () => {
  it("ends at once with the requests that had come to an end, and leaves out the others", async () => {
    const interruption = new AbortController();
    let connections = 0;
    const port = await serve((socket) => {
      connections += 1;
      if (connections > 2) interruption.abort();
      else afterRequest(socket, () => socket.end("HTTP/1.0 200 OK\r\n\r\n"));
    });
    const run = await load(port, { requests: 10, signal: interruption.signal });
    expect(run.requests.map(({ number, failure }) => [number, failure])).toEqual([
      [1, null],
      [2, null],
    ]);
    expect(run.requested).toBe(10);
  });
});

describe("an open loop", () => {
  it("hears of every end although it opens many connections while it is told of others", async () => {
    const port = await serve((socket) => afterRequest(socket, () => socket.end("HTTP/1.0 200 OK\r\n\r\n")));
    // Bursts of more than a turn's openings, while the bursts before are being answered.
    const intendedMs = Float64Array.from({ length: 2000 }, (_, place) => Math.floor(place / 100) * 5);
    const run = await load(port, {
      pace: { loop: "open", intendedMs },
      schedule: { text: "bursts of 100", durationMs: 100 },
      timeoutMs: 10_000,
    });
    expect(run.requests.filter(({ failure }) => failure !== null)).toEqual([]);
    expect(run.requests.length).toBe(2000);
  });
});
