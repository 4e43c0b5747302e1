/**
 * Who set a listener's limit: what can be said from the limit, net.core.somaxconn as it is now, and what the software is
 * known to ask for, with the evidence for it. Pure. Certain only is `"somaxconn-lowered"`: nothing but a later lowering
 * leaves a limit above somaxconn. The rest is likely: only whoever watched the call of listen() knows.
 *
 * @module
 */
import type { LimitSetBy } from "./facts.ts";
import type { Software } from "./software/software.ts";

export type { LimitSetBy } from "./facts.ts";

/** An answer and the sentence that carries it. */
export interface LimitOrigin {
  readonly limitSetBy: LimitSetBy;
  readonly limitSetByEvidence: string;
}

/**
 * Compares a limit with the somaxconn of the listener's namespace as it is now, and with the software's known default.
 *
 * @kernel net/socket.c __sys_listen_socket() v6.18
 */
export function limitOrigin(
  limit: number,
  somaxconn: number | null,
  software: Software | null = null,
): LimitOrigin {
  if (somaxconn === null) {
    return origin("unknown", `the limit is ${limit}; net.core.somaxconn cannot be read in this namespace`);
  }
  if (limit > somaxconn) return origin("somaxconn-lowered", loweredEvidence(limit, somaxconn));
  if (limit === somaxconn) return origin("somaxconn", clampedEvidence(somaxconn, software));
  return origin("application", ownEvidence(limit, somaxconn, software));
}

function loweredEvidence(limit: number, somaxconn: number): string {
  return `the limit is ${limit}, net.core.somaxconn is ${somaxconn}: it was lowered after listen(), and the next listen() is clamped to it`;
}

function clampedEvidence(somaxconn: number, software: Software | null): string {
  const equals = `the limit equals net.core.somaxconn, ${somaxconn}`;
  const known = software?.defaultBacklog;
  if (known === "somaxconn") return `${equals}: ${software?.name} asks for as much as it permits`;
  if (typeof known === "number" && known > somaxconn)
    return `${equals}: ${software?.name} asks for ${known} unless told otherwise, so it was likely clamped`;
  if (known === somaxconn)
    return `${equals}, and is also what ${software?.name} asks for unless told otherwise`;
  return `${equals}: the backlog was larger and was clamped, or was exactly that`;
}

function ownEvidence(limit: number, somaxconn: number, software: Software | null): string {
  const comparison = `the limit is ${limit}, net.core.somaxconn is ${somaxconn}`;
  const known = software?.defaultBacklog;
  if (known === limit)
    return `${comparison}: ${limit} is what ${software?.name} asks for unless told otherwise`;
  const doubt = `the application asked for ${limit}, or somaxconn was ${limit} when it called listen()`;
  if (typeof known !== "number") return `${comparison}: ${doubt}`;
  return `${comparison}: ${doubt}; ${software?.name} asks for ${known} unless told otherwise`;
}

function origin(limitSetBy: LimitSetBy, limitSetByEvidence: string): LimitOrigin {
  return { limitSetBy, limitSetByEvidence };
}
