/**
 * Stuck connections by port as what metrics show: one count for each kind, with names as labels. Pure.
 *
 * @module
 */
import type { PortCounts } from "../../core/listener/clients/count-by-port.ts";
import type { Sample } from "../../core/listener/sample/sample.ts";
import { labelText } from "./label-text.ts";
import type { StuckCount } from "./metric-catalogue.ts";

const KINDS = ["connecting", "silent", "late"] as const;
const FOLDED = "folded";

/** Each kind at each port, also those that are 0 there; null stays null. */
export function stuckCounts(
  counts: readonly PortCounts[] | null,
  { namespaces }: Pick<Sample, "namespaces">,
): StuckCount[] | null {
  if (counts === null) return null;
  const names = new Map(namespaces.map(({ inode, name }) => [inode, name]));
  return counts.flatMap((one) => {
    const { place } = one;
    const netns = place === null ? FOLDED : labelText(names.get(place.namespace) ?? String(place.namespace));
    const port = place === null ? FOLDED : String(place.port);
    return KINDS.map((kind) => ({ netns, port, kind, connections: one[kind] }));
  });
}
