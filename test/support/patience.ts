/**
 * How long a test waits for something that must come: longer than it takes on any machine, so that the time ends only what hangs.
 *
 * @module
 */

/** For `vi.waitUntil`, `vi.waitFor` and `expect.poll`, whose own limit is a second. */
export const PATIENCE = { timeout: 300_000, interval: 20 } as const;
