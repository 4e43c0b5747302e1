/**
 * What a scenario asks for that excludes itself: AF_UNIX sockets with a wire, Fast Open without anybody to take it. Each
 * has a place in the text and one line; schema.ts checks each field by itself.
 *
 * @module
 */

/** The parts of a scenario's text that can contradict each other. */
export interface ContradictableText {
  readonly topology?: "wire" | "loopback" | "unix" | undefined;
  readonly sysctls?: Readonly<Record<string, number>> | undefined;
  readonly wire?:
    | { readonly rules?: readonly unknown[] | undefined; readonly loss?: number | undefined }
    | undefined;
  readonly clients: readonly ContradictableClient[];
}

interface ContradictableClient {
  readonly to?: string | undefined;
  readonly send?: number | undefined;
  readonly "close-by"?: "FIN" | "RST" | undefined;
  readonly "fast-open"?: boolean | undefined;
}

/** A listener of the scenario, and where its text stands. */
export interface ContradictableListener {
  readonly path: readonly (string | number)[];
  readonly name: string;
  readonly reusePort: boolean;
  readonly deferAcceptS: number;
  readonly fastOpenQueue: number;
}

export interface Contradiction {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** `tcp_fastopen` with this bit lets every listener take data with a SYN. */
const FAST_OPEN_EVERYWHERE = 0x400;

/** Every contradiction, in the order of the text. */
export function contradictionsOf(
  text: ContradictableText,
  listeners: readonly ContradictableListener[],
): Contradiction[] {
  return [
    ...wireWithoutPackets(text),
    ...(text.topology === "unix" ? tcpOnUnix(text, listeners) : []),
    ...fastOpenAlone(text, listeners),
  ];
}

function wireWithoutPackets({ topology, wire }: ContradictableText): Contradiction[] {
  if (topology === "unix" && wire !== undefined) {
    return [{ path: ["wire"], message: "expected no wire: AF_UNIX sockets send no packets" }];
  }
  if (topology !== "loopback" || wire === undefined) return [];
  const decides = (wire.rules ?? []).length > 0 || (wire.loss ?? 0) > 0;
  return decides
    ? [{ path: ["wire"], message: "expected topology: wire; loopback loses and holds nothing" }]
    : [];
}

function tcpOnUnix(text: ContradictableText, listeners: readonly ContradictableListener[]): Contradiction[] {
  const refused = (path: Contradiction["path"], key: string) => ({
    path: [...path, key],
    message: `expected no ${key}: AF_UNIX sockets do not have it`,
  });
  return [
    ...listeners.flatMap(({ path, reusePort, deferAcceptS, fastOpenQueue }) => [
      ...(reusePort ? [refused(path, "reuseport")] : []),
      ...(deferAcceptS > 0 ? [refused(path, "defer-accept")] : []),
      ...(fastOpenQueue > 0 ? [refused(path, "fast-open")] : []),
    ]),
    ...text.clients.flatMap((client, place) => [
      ...(client["fast-open"] === true ? [refused(["clients", place], "fast-open")] : []),
      ...(client["close-by"] === "RST" ? [refused(["clients", place], "close-by")] : []),
    ]),
  ];
}

function fastOpenAlone(
  text: ContradictableText,
  listeners: readonly ContradictableListener[],
): Contradiction[] {
  const everywhere = ((text.sysctls?.["net.ipv4.tcp_fastopen"] ?? 0) & FAST_OPEN_EVERYWHERE) !== 0;
  return text.clients.flatMap((client, place) => {
    if (client["fast-open"] !== true || text.topology === "unix") return [];
    const path = ["clients", place, "fast-open"];
    const listener = listeners.find((one) => one.name === (client.to ?? listeners[0]?.name));
    if ((client.send ?? 0) === 0)
      return [{ path, message: "expected send: a fast-open client has data to send" }];
    if (listener === undefined || listener.fastOpenQueue > 0 || everywhere) return [];
    return [{ path, message: `expected fast-open on the listener ${listener.name} too` }];
  });
}
