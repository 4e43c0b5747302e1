/**
 * Why a connection of a load generator failed: a closed list, each cause by itself.
 *
 * @module
 */

/**
 * Every cause for which a connection fails. The first five are the server's answer to the handshake or its silence, the next
 * ones come after it, and those of `OWN_FAILURES` are the generator's machine's own.
 */
export const LOAD_FAILURES = [
  "refused",
  "reset-at-handshake",
  "connect-timeout",
  "unreachable",
  "reset",
  "closed-early",
  "bad-response",
  "non-2xx",
  "no-response",
  "timeout",
  "out-of-ports",
  "out-of-descriptors",
  "out-of-memory",
  "other",
] as const;

/** Why a connection failed. */
export type LoadFailure = (typeof LOAD_FAILURES)[number];

/** What each cause means, for people. */
export const FAILURE_WORDS: Readonly<Record<LoadFailure, string>> = {
  refused: "a reset answered the SYN: nobody listens there, or a firewall says so",
  "reset-at-handshake":
    "reset before the server acknowledged anything of the request, as tcp_abort_on_overflow does",
  "connect-timeout": "no SYN+ACK came in time",
  unreachable: "the network says that there is no way there",
  reset: "reset after the server had acknowledged the request",
  "closed-early": "closed before the answer was whole",
  "bad-response": "what came is no HTTP answer",
  "non-2xx": "an answer with another status than 2xx",
  "no-response": "connected, and not one byte of an answer in time",
  timeout: "an answer began, and did not end in time",
  "out-of-ports": "no free local port: this machine's own trouble",
  "out-of-descriptors": "no free descriptor: this machine's own trouble",
  "out-of-memory": "no memory for another socket: this machine's own trouble",
  other: "another error, named in the document",
};

/** Failures of the machine that generates the load: they say nothing about the server. */
export const OWN_FAILURES: readonly LoadFailure[] = ["out-of-ports", "out-of-descriptors", "out-of-memory"];

const BEFORE_CONNECTED: Readonly<Record<string, LoadFailure>> = {
  ECONNREFUSED: "refused",
  ECONNRESET: "reset-at-handshake",
  ETIMEDOUT: "connect-timeout",
  EHOSTUNREACH: "unreachable",
  ENETUNREACH: "unreachable",
  EADDRNOTAVAIL: "out-of-ports",
  EADDRINUSE: "out-of-ports",
  EAGAIN: "out-of-ports",
  EMFILE: "out-of-descriptors",
  ENFILE: "out-of-descriptors",
  ENOBUFS: "out-of-memory",
  ENOMEM: "out-of-memory",
};

/** The cause behind an error of socket(), bind() or connect(), by its name such as `"ECONNREFUSED"`. */
export function causeBeforeConnected(error: string): LoadFailure {
  return BEFORE_CONNECTED[error] ?? "other";
}

/**
 * The cause behind an error of a connected socket.
 *
 * @param isAcknowledged whether the server's kernel acknowledged anything of the request, or sent anything of its own
 */
export function causeAfterConnected(error: string, isAcknowledged: boolean, hasAnswer: boolean): LoadFailure {
  if (error === "ECONNRESET" || error === "EPIPE") return isAcknowledged ? "reset" : "reset-at-handshake";
  if (error === "ETIMEDOUT") return hasAnswer ? "timeout" : "no-response";
  return "other";
}
