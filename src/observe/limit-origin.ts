/**
 * Who set a listener's limit: what can be said from the limit and net.core.somaxconn alone, with the evidence for it.
 * Pure. Certain only is `"somaxconn-lowered"`: nothing but a later lowering leaves a limit above somaxconn.
 *
 * @module
 */

/** Who set the limit, as far as it can be told. */
export type LimitSetBy = "application" | "somaxconn" | "somaxconn-lowered" | "unknown";

/** An answer and the sentence that carries it. */
export interface LimitOrigin {
  readonly limitSetBy: LimitSetBy;
  readonly limitSetByEvidence: string;
}

/**
 * Compares a limit with the somaxconn of the listener's namespace as it is now.
 *
 * @kernel net/socket.c __sys_listen_socket() v6.18
 */
export function limitOrigin(limit: number, somaxconn: number | null): LimitOrigin {
  if (somaxconn === null) {
    return origin("unknown", `the limit is ${limit}; net.core.somaxconn cannot be read in this namespace`);
  }
  const comparison = `${limit}, net.core.somaxconn is ${somaxconn}`;
  if (limit > somaxconn) {
    const evidence = `the limit is ${comparison}: it was lowered after listen(), and the next listen() is clamped to it`;
    return origin("somaxconn-lowered", evidence);
  }
  if (limit === somaxconn) {
    const evidence = `the limit equals net.core.somaxconn, ${somaxconn}: the backlog was larger and was clamped, or was exactly that`;
    return origin("somaxconn", evidence);
  }
  const evidence = `the limit is ${comparison}: the application asked for ${limit}, or somaxconn was ${limit} when it called listen()`;
  return origin("application", evidence);
}

function origin(limitSetBy: LimitSetBy, limitSetByEvidence: string): LimitOrigin {
  return { limitSetBy, limitSetByEvidence };
}
