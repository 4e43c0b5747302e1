/**
 * Connections to a listener of our own before a run by schedule: until V8 has compiled what opens a connection, opening one takes
 * ten times as long, and the first tenth of a second would be late. They are made in a network namespace of their own where this
 * user may make one, so that no counter beside the run rises by them.
 *
 * @module
 */
import { performance } from "node:perf_hooks";
import { watch } from "../linux/ffi/libc.ts";
import { Namespace } from "../linux/namespace/namespace.ts";
import { Links } from "../linux/netlink/links.ts";
import { acceptFrom, closeSocket, localEndpoint, openListener, sendOn } from "../linux/socket/tcp-socket.ts";
import { LoadGenerator } from "./load-generator.ts";

/** How many connections that are. */
export const WARM_UP_CONNECTIONS = 1500;
const AT_ONCE = 8;
const TIMEOUT_MS = 1000;
const ANSWER = new TextEncoder().encode("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n");
const REQUEST = new TextEncoder().encode("GET / HTTP/1.0\r\n\r\n");
const ADDRESS = "127.0.0.1";

/** Fails silently: a run without it is late at first, and says so. @returns how many connections were made */
export async function warmUp(): Promise<number> {
  const apart = namespaceApart();
  try {
    return await connectToOurselves(apart === null ? (open) => open() : (open) => apart.inside(open));
  } catch {
    // A namespace without loopback, or no free descriptor: the run itself will tell.
    return 0;
  } finally {
    apart?.close();
  }
}

/** Whether this user may warm up where nobody counts; else the counters of this namespace rise by it. */
export function warmsUpApart(): boolean {
  const apart = namespaceApart();
  apart?.close();
  return apart !== null;
}

/** With its loopback up; null where it is not permitted. */
function namespaceApart(): Namespace | null {
  let apart: Namespace | null = null;
  try {
    apart = Namespace.create();
    apart.inside(setLoopbackUp);
    return apart;
  } catch {
    apart?.close();
    return null;
  }
}

function setLoopbackUp(): void {
  const links = new Links();
  try {
    links.setUp(links.indexOf("lo"));
  } finally {
    links.close();
  }
}

async function connectToOurselves(around: <T>(open: () => T) => T): Promise<number> {
  const listener = around(() => openListener({ address: ADDRESS, port: 0, backlog: AT_ONCE }));
  const stopWatching = watch(listener, "readable", () => answerAll(listener));
  try {
    const port = Number(localEndpoint(listener).split(":").at(-1));
    const pace = { loop: "closed", requests: WARM_UP_CONNECTIONS, concurrency: AT_ONCE } as const;
    const job = {
      addresses: [ADDRESS],
      port,
      request: REQUEST,
      answers: "http",
      timeoutMs: TIMEOUT_MS,
      pace,
      withLocals: false,
      thread: 0,
    } as const;
    const generator = new LoadGenerator(job, { startMs: performance.now(), around });
    await generator.run();
    return generator.counts.connected;
  } finally {
    stopWatching();
    closeSocket(listener);
  }
}

function answerAll(listener: number): void {
  for (let accepted = acceptFrom(listener); typeof accepted === "object"; accepted = acceptFrom(listener)) {
    sendOn(accepted.fd, ANSWER);
    closeSocket(accepted.fd);
  }
}
