/**
 * What `listenq clients` prints: each destination at which connections of this machine are stuck, who they are, and what it may
 * be. Pure.
 *
 * @module
 */
import { count, timeText } from "../../../findings/listeners/finding-words.ts";
import type {
  ClientsDocument,
  StuckClient,
  StuckDestination,
} from "../../../listener/clients/clients-document.ts";
import type { Paint } from "../../layout/paint.ts";
import { printable } from "../../layout/printable.ts";
import { wrap } from "../../layout/text-layout.ts";

interface Style {
  readonly width: number;
  readonly paint: Paint;
}

const MOST_CLIENTS = 10;

/** The text, with a newline at the end. */
export function formatClients(document: ClientsDocument, style: Style): string {
  const { destinations, looked, destination, canTellSilent } = document;
  const where = destination === null ? "" : ` to ${destination}`;
  const lines = [
    ...destinations.flatMap((one) => destinationLines(one, style)),
    ...(destinations.length > 0
      ? []
      : wrap(
          `None of ${count(looked, "connection")}${where} shows that it is stuck at a listener. One that has sent nothing yet cannot show it.`,
          style.width,
          "",
        )),
    ...(canTellSilent
      ? []
      : wrap(
          "This kernel's tcp_info is too short to tell silent connections (Linux 4.6 or newer).",
          style.width,
          "",
        )),
  ];
  return `${lines.join("\n")}\n`;
}

function destinationLines(destination: StuckDestination, { width, paint }: Style): string[] {
  const { remote, connecting, silent, late, healthy, clients } = destination;
  const counts = [
    ...(silent === 0 ? [] : [`${silent} silent`]),
    ...(connecting === 0 ? [] : [`${connecting} connecting`]),
    ...(late === 0 ? [] : [`${late} late`]),
    `${healthy} healthy`,
  ];
  const tone = silent + connecting > 0 ? "bad" : "warning";
  const more = clients.length - MOST_CLIENTS;
  return [
    `${paint("title", remote)}  ${paint(tone, counts.join(", "))}`,
    ...clients.slice(0, MOST_CLIENTS).flatMap((one) => wrap(clientText(one), width, "  ")),
    ...(more > 0 ? [`  and ${more} more`] : []),
    ...wrap(meaning(destination), width, "  "),
    "",
  ];
}

function clientText({
  local,
  process,
  kind,
  certainty,
  evidence,
  sinceMs,
  nextResendMs,
}: StuckClient): string {
  const who = process === null ? "" : ` ${printable(process.name)} ${process.pid}`;
  const since = sinceMs === null ? "" : ` for ${timeText(sinceMs)}`;
  const next = nextResendMs === null ? "" : `; sends again in ${timeText(nextResendMs)}`;
  return `${local}${who}: ${kind}${since} (${certainty}): ${evidence}${next}`;
}

/** What it means, with what else it may be. */
function meaning({ silent, connecting, healthy, clients }: StuckDestination): string {
  if (silent > 0 && clients.some(({ kind, certainty }) => kind === "silent" && certainty === "proven"))
    return "They believe that they are connected, and the listener has not taken them: its accept queue is full. On its machine: listenq why.";
  if (silent > 0)
    return "A full accept queue, a firewall, or a broken path: on the listener's machine, listenq why tells which.";
  if (connecting > 0) {
    const others = healthy > 0 ? "Others are connected, so the host answers: " : "";
    return `${others}a full queue, a firewall that drops, or loss. On the listener's machine, listenq why tells which.`;
  }
  return "They got in by a resent SYN, seconds late: a full queue, or a lost packet. Many at one destination and none elsewhere is a queue.";
}
