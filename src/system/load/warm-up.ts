/**
 * A few hundred connections to a listener of our own before a run by schedule: until V8 has compiled what opens a connection,
 * opening one takes ten times as long, and the first tenth of a second would be late.
 *
 * @module
 */
import { performance } from "node:perf_hooks";
import { watch } from "../linux/ffi/libc.ts";
import { acceptFrom, closeSocket, localEndpoint, openListener, sendOn } from "../linux/socket/tcp-socket.ts";
import { LoadGenerator } from "./load-generator.ts";

const CONNECTIONS = 1500;
const AT_ONCE = 8;
const TIMEOUT_MS = 1000;
const ANSWER = new TextEncoder().encode("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n");
const REQUEST = new TextEncoder().encode("GET / HTTP/1.0\r\n\r\n");
const ADDRESS = "127.0.0.1";

/** Fails silently: a run without it is late at first, and says so. */
export async function warmUp(): Promise<void> {
  try {
    await connectToOurselves();
  } catch {
    // A namespace without loopback, or no free descriptor: the run itself will tell.
  }
}

async function connectToOurselves(): Promise<void> {
  const listener = openListener({ address: ADDRESS, port: 0, backlog: AT_ONCE });
  const stopWatching = watch(listener, "readable", () => answerAll(listener));
  try {
    const port = Number(localEndpoint(listener).split(":").at(-1));
    const pace = { loop: "closed", requests: CONNECTIONS, concurrency: AT_ONCE } as const;
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
    await new LoadGenerator(job, { startMs: performance.now() }).run();
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
