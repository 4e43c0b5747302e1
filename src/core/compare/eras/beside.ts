/**
 * One lane of two runs beside each other: what both have stands in one row.
 *
 * @module
 */
import type { LaneEvent } from "./lanes.ts";
import { isSame } from "./parting.ts";

/** A row: what each run has there; null for nothing. */
export interface BesideRow {
  readonly one: LaneEvent | null;
  readonly other: LaneEvent | null;
}

/** The rows, in order of time. */
export function besideRows(one: readonly LaneEvent[], other: readonly LaneEvent[]): BesideRow[] {
  const rows: BesideRow[] = [];
  let [mine, yours] = [0, 0];
  while (mine < one.length || yours < other.length) {
    const row = nextRow(one[mine] ?? null, other[yours] ?? null);
    if (row.one !== null) mine += 1;
    if (row.other !== null) yours += 1;
    rows.push(row);
  }
  return rows;
}

/** The next of each run together if it is the same event, else the earlier one alone. */
function nextRow(one: LaneEvent | null, other: LaneEvent | null): BesideRow {
  if (one === null || other === null || isSame(one, other)) return { one, other };
  return one.at <= other.at ? { one, other: null } : { one: null, other };
}
