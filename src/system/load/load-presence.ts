/**
 * Whether there is anybody to load. Of this machine's own addresses that can be known before the run, and without a connection to a
 * server that is there: it would see one more than it is sent.
 *
 * @module
 */
import { once } from "node:events";
import { createConnection } from "node:net";
import { UsageError } from "../../core/errors.ts";
import type { LoadTarget } from "./load-target.ts";
import { ServerWatch } from "./server-watch.ts";

/**
 * @throws {UsageError} where nobody listens in this network namespace, and each address refuses a connection: packets may be sent on
 * to somebody who listens elsewhere
 */
export async function checkListener({ port }: LoadTarget, addresses: readonly string[]): Promise<void> {
  const watch = ServerWatch.of(addresses, port);
  watch?.close();
  if (watch !== null) return;
  for (const address of addresses) if (!(await refuses(address, port))) return;
  throw new UsageError(
    `nobody listens at ${addresses.map((one) => (one.includes(":") ? `[${one}]` : one)).join(", ")} port ${port}: the connection is refused; see listenq ls`,
  );
}

async function refuses(host: string, port: number): Promise<boolean> {
  const socket = createConnection({ host, port });
  try {
    await once(socket, "connect", { signal: AbortSignal.timeout(LONGEST_MS) });
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ECONNREFUSED";
  } finally {
    socket.destroy();
  }
}

/** A SYN that nobody answers says nothing yet. */
const LONGEST_MS = 1000;
