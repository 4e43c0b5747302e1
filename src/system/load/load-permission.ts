/**
 * Whom a load may be sent to. A load generator that is pointed at somebody else's server by mistake is an attack, so anything
 * beyond this machine has to be named twice.
 *
 * @module
 */
import { NotSupportedError, UsageError } from "../../core/errors.ts";
import type { LoadTarget } from "./load-target.ts";

/** Loopback, and the documentation networks of RFC 5737 and RFC 3849, which the lab's hosts have. */
const SAFE = [/^127\./, /^::1$/, /^::ffff:127\./, /^192\.0\.2\./, /^2001:db8:/];

/** Whether connections to this address stay on this machine. @param address an IP address, not a name */
export function staysHere(address: string): boolean {
  return SAFE.some((pattern) => pattern.test(address));
}

/**
 * @param named what `--yes-this-is-mine` says: the target's host again; null without it
 * @throws {NotSupportedError} for a target that is not this machine's and was not named again
 * @throws {UsageError} where another host was named
 */
export function checkPermission(
  target: LoadTarget,
  addresses: readonly string[],
  named: string | null,
): void {
  if (named !== null && named !== target.hostname && named !== target.url.host)
    throw new UsageError(
      `--yes-this-is-mine must name the target's host again, ${target.hostname}; got ${named}`,
    );
  if (named !== null || addresses.every(staysHere)) return;
  const beyond = addresses.find((address) => !staysHere(address)) ?? "";
  const where = beyond === target.hostname ? beyond : `${target.hostname} (${beyond})`;
  throw new NotSupportedError(
    `a load on ${where}`,
    "it is not this machine's loopback",
    `if it is yours to load, add --yes-this-is-mine ${target.hostname}`,
  );
}
