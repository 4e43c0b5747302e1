/**
 * The suites that run real programs compare what the kernel did with times that were planned. Root's run before other work of the
 * machine, so that they record the kernel and not the wait for a CPU; an ordinary user may not have that, and what the machine spoils is
 * recorded again. `vitest.config.ts` names this module as a setup file; the programs that a test starts inherit it.
 *
 * @module
 */
import { getPriority, setPriority } from "node:os";

/** Before everything that a user starts, and after the kernel's own threads. */
const BEFORE_OTHERS = -10;

if (process.getuid?.() === 0 && getPriority() > BEFORE_OTHERS) {
  try {
    setPriority(BEFORE_OTHERS);
  } catch {
    // Root of a container that may not: as an ordinary user.
  }
}
