/**
 * Looking at this machine's own connections, for `listenq clients` and `listenq why HOST:PORT`.
 *
 * @module
 */

import { UsageError } from "../../../core/errors.ts";
import { shownWord } from "../../../core/report/layout/printable.ts";
import type { Endpoint } from "../../../core/wire/address.ts";
import type { ClientsAnswer, ClientsRequest } from "../../../system/observe/clients/stuck-clients.ts";
import type { Io } from "../io.ts";

/** Reads `HOST:PORT`. @throws {UsageError} */
export async function parseDestination(text: string): Promise<Endpoint> {
  const { parseEndpoint } = await import("../../../core/wire/address.ts");
  try {
    return parseEndpoint(text);
  } catch (error) {
    throw new UsageError(
      `HOST:PORT must be an IP address and a port such as 192.0.2.7:443, got ${shownWord(text)}`,
      {
        cause: error,
      },
    );
  }
}

/** One look, or as many as fit into the duration. */
export async function lookOrWatch(
  request: ClientsRequest,
  durationMs: number | null,
  io: Io,
): Promise<ClientsAnswer> {
  if (durationMs === null) {
    const { lookAtClients } = await import("../../../system/observe/clients/stuck-clients.ts");
    return lookAtClients(request);
  }
  const { watchClients } = await import("../../../system/observe/clients/watch-clients.ts");
  return watchClients(request, durationMs, io.interrupted);
}

/** What could not be seen, on standard error. */
export async function sayMissing(
  { document, hiddenProcesses, unseen }: ClientsAnswer,
  io: Io,
): Promise<void> {
  const { missingNotes } = await import("../../../core/report/text/listener-notes.ts");
  const isAnyHidden = document.destinations.some(({ clients }) =>
    clients.some(({ process }) => process === null),
  );
  for (const note of missingNotes({ hiddenProcesses: isAnyHidden ? hiddenProcesses : 0, unseen }))
    io.stderr.write(`listenq: ${note}\n`);
}
