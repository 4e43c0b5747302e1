/**
 * The local page: its server, its live stream and its experiments put together.
 *
 * @module
 */
import type { ListenerSamplerOptions } from "../../../system/observe/sampler/listener-sampler.ts";
import { LabRuns } from "./lab-runs.ts";
import { LiveFeed } from "./live-feed.ts";
import { webAssets } from "./web-assets.ts";
import { type ApiHandler, sendJson, sendText, startWebServer, type WebServer } from "./web-server.ts";

/** Where it listens and what it watches. */
export interface WebOptions {
  /** A loopback address. */
  readonly address: string;
  /** 0 for any free one. */
  readonly port: number;
  readonly sampling: ListenerSamplerOptions;
}

/** A page that is served. */
export interface RunningWeb extends WebServer {
  /** Whether anybody watches the listeners at this moment. */
  readonly isWatching: boolean;
}

/**
 * Starts it.
 *
 * @throws {UsageError} when the address or port cannot be had
 * @throws {NotSupportedError} when this user may not have the port, or the build made no page
 */
export async function startWeb({ address, port, sampling }: WebOptions): Promise<RunningWeb> {
  const feed = new LiveFeed(sampling);
  const server = await startWebServer({
    address,
    port,
    assets: webAssets(),
    api: handlers(feed, new LabRuns()),
  });
  return {
    url: server.url,
    get isWatching() {
      return feed.isWatching;
    },
    close: async () => {
      feed.close();
      await server.close();
    },
  };
}

function handlers(feed: LiveFeed, runs: LabRuns): ReadonlyMap<string, ApiHandler> {
  return new Map<string, ApiHandler>([
    ["GET /api/session", ({ response }) => sendJson(response, {})],
    [
      "GET /api/live",
      ({ response, query, keepOpen }) => {
        if (feed.isFull) return sendText(response, 503, "too many tabs watch already");
        keepOpen();
        feed.add(response, query.get("open"));
      },
    ],
    ["POST /api/lab", (request) => runs.run(request)],
  ]);
}
