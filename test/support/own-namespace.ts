/**
 * A network namespace for each test file of the kernel and cli suites, so that files can run side by side: ports, sysctls,
 * counters and listeners in it are this file's alone. The runner gives each file a process, and the namespace ends with it.
 * `vitest.config.ts` names this module as a setup file; a test imports it to learn whether there is such a namespace.
 *
 * @module
 */
import { isNotSupported } from "../../src/core/errors.ts";
import { Namespace } from "../../src/system/linux/namespace/namespace.ts";
import { Links } from "../../src/system/linux/netlink/links.ts";

/** Enters it, with loopback up. An ordinary user cannot: it takes a user namespace, which a process with threads cannot enter. */
function enterOwnNamespace(): boolean {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return false;
  try {
    const fresh = Namespace.create();
    fresh.enter();
    fresh.close();
  } catch (error) {
    // Root of a container that may not: its tests of commands run beside everybody else's listeners.
    if (isNotSupported(error)) return false;
    throw error;
  }
  const links = new Links();
  links.setUp(links.indexOf("lo"));
  links.close();
  return true;
}

/** Whether this file's tests may listen on any port and set any sysctl. */
export const hasOwnNamespace: boolean = enterOwnNamespace();
