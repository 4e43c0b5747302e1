/**
 * One capture of several that show the same event.
 *
 * @module
 */
import type { Story } from "./story.ts";

/** What one capture shows. */
export interface View {
  readonly stories: readonly Story[];
  /** When its first and its last packet came, by its own clock. */
  readonly startAt: number;
  readonly endAt: number;
}

/** Attempts that both captures show have the same key. */
export function keyOf({ client, server, connection }: Story): string {
  return `${client} ${server} ${connection.clientIsn}`;
}
