/**
 * By which addresses of its machine a port can be reached. Pure.
 *
 * @module
 */
import { listed } from "../count.ts";
import type { SnapshotListener } from "./snapshot/snapshot-document.ts";

const ANY_IPV4 = "0.0.0.0";
const ANY_IPV6 = "::";

/** What of a listener decides about it. */
export type Reachable = Pick<SnapshotListener, "address" | "v6only">;

/**
 * Which clients the listeners of one port leave out: `"on 127.0.0.1 and ::1 only"`, `"for IPv4 only"`. Null where they take
 * clients by every address; clients that come by another one find no listener and are reset.
 */
export function limitedReach(listeners: readonly Reachable[]): string | null {
  const addresses = [...new Set(listeners.flatMap(({ address }) => address ?? []))].sort((a, b) =>
    a < b ? -1 : 1,
  );
  if (addresses.length === 0) return null;
  const both = listeners.some(({ address, v6only }) => address === ANY_IPV6 && v6only !== true);
  const [ipv4, ipv6] = [addresses.includes(ANY_IPV4), addresses.includes(ANY_IPV6)];
  if (both || (ipv4 && ipv6)) return null;
  const named = listed(addresses.filter((one) => one !== ANY_IPV4 && one !== ANY_IPV6));
  if (ipv4 || ipv6) return `for ${ipv4 ? "IPv4" : "IPv6"} only${named === "" ? "" : `, and on ${named}`}`;
  return `on ${named} only`;
}
