/**
 * A longer queue at once: what heals a running server until its configuration is changed. Pure.
 *
 * @module
 */
import type { ListenerFacts, NamespaceFacts } from "../../listener/facts.ts";
import { shellLine } from "./shell-line.ts";

/** The line that raises the limit without a restart; none where nobody is seen who holds the listener, or it has no port. */
export function raiseNow(
  listener: Pick<ListenerFacts, "port" | "process" | "protocol">,
  namespace: Pick<NamespaceFacts, "self">,
  to: number,
): string[] {
  const { port, process, protocol } = listener;
  if (protocol === "unix" || port === null || process === null) return [];
  const where = namespace.self ? "" : " --netns all";
  return [
    shellLine(
      `listenq raise ${port} --to ${to}${where}`,
      "now, as root: without a restart, until it calls listen() again",
    ),
  ];
}
