import { createConnection, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import {
  type MetricsServer,
  type MetricsServerOptions,
  startMetricsServer,
} from "../../../../../src/system/metrics/exporter/metrics-server.ts";
import { PiecePool } from "../../../../../src/system/metrics/exporter/text-pieces.ts";

describe("the metrics server", () => {
  const running: MetricsServer[] = [];
  afterEach(async () => {
    for (const server of running.splice(0)) await server.close();
  });
  const start = async (changes: Partial<MetricsServerOptions> = {}): Promise<MetricsServer> => {
    const server = await startMetricsServer({
      address: "127.0.0.1",
      port: 0,
      metrics: async () => ({ contentType: "text/plain", body: new PiecePool().write(["m 1\n"]) }),
      trouble: () => null,
      ...changes,
    });
    running.push(server);
    return server;
  };
  const ask = async ({ endpoint }: MetricsServer, path: string): Promise<[number, string]> => {
    const response = await fetch(`http://${endpoint}${path}`);
    return [response.status, await response.text()];
  };

  it("is ill while its page is old, and says how old; metrics are given all the same", async () => {
    let trouble: string | null = "the last look at the listeners is 31 s old";
    const server = await start({ trouble: () => trouble });
    expect(await ask(server, "/healthz")).toEqual([503, `${trouble}\n`]);
    expect(await ask(server, "/metrics")).toEqual([200, "m 1\n"]);
    trouble = null;
    expect(await ask(server, "/healthz")).toEqual([200, "ok\n"]);
  });

  it("answers 500 with the reason when there is no page, and goes on", async () => {
    let isBroken = true;
    const server = await start({
      metrics: async () => {
        if (isBroken) throw new Error("no look was possible");
        return { contentType: "text/plain", body: new PiecePool().write(["m 2\n"]) };
      },
    });
    expect(await ask(server, "/metrics")).toEqual([500, "no look was possible\n"]);
    isBroken = false;
    expect(await ask(server, "/metrics")).toEqual([200, "m 2\n"]);
  });

  /** What a client has received so far, and how it ended. */
  class StalledScraper {
    readonly #socket: Socket;
    isClosed = false;
    #head = "";

    constructor(port: number) {
      this.#socket = createConnection(port, "127.0.0.1");
      this.#socket
        .on("error", () => {})
        .once("close", () => {
          this.isClosed = true;
        });
      // It reads its first piece, and then nothing.
      this.#socket.once("data", (piece) => {
        this.#head = piece.toString("latin1", 0, 40);
        this.#socket.pause();
      });
      this.#socket.write("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
    }

    get status(): number {
      return Number(this.#head.split(" ")[1] ?? 0);
    }

    /** Reads on: only then it learns that it was ended. */
    resume(): void {
      this.#socket.resume();
    }

    close(): void {
      this.#socket.destroy();
    }
  }

  it("holds 32 MB of pages at most for whoever does not take them, and serves whoever does", async () => {
    // More than the kernel keeps for a reader that takes nothing.
    const body = new PiecePool().write(["x".repeat(15_000_000)]);
    const server = await start({ metrics: async () => ({ contentType: "text/plain", body: body.hold() }) });
    const [, port = ""] = server.endpoint.split(":");
    const scrapers = Array.from({ length: 12 }, () => new StalledScraper(Number(port)));
    await expect.poll(() => scrapers.every(({ status }) => status > 0)).toBe(true);
    // Two pages fit at a time; whoever asks beyond that is told so, or ends one that has stalled.
    const begun = scrapers.filter(({ status }) => status === 200);
    expect(begun.length).toBeGreaterThanOrEqual(2);
    expect(scrapers.filter(({ status }) => status === 503)).toHaveLength(12 - begun.length);
    await expect.poll(async () => (await ask(server, "/metrics"))[0]).toBe(200);
    for (const scraper of begun) scraper.resume();
    await expect.poll(() => begun.some(({ isClosed }) => isClosed)).toBe(true);
    for (const scraper of scrapers) scraper.close();
  });

  it("ends with clients connected that never said anything", async () => {
    const server = await start();
    const [, port = ""] = server.endpoint.split(":");
    const silent = createConnection(Number(port), "127.0.0.1");
    await new Promise((resolve) => silent.once("connect", resolve));
    const ended = new Promise((resolve) => silent.once("close", resolve));
    silent.on("error", () => {}).resume();
    await running.pop()?.close();
    await ended;
  });
});
