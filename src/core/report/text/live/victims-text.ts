/**
 * What `listenq victims` prints: a line for each thing that happened to a client, and at the end what happened by listener. Pure.
 *
 * @module
 */
import stringWidth from "string-width";
import { count } from "../../../count.ts";
import { timeText } from "../../../findings/listeners/finding-words.ts";
import type {
  UntoldEvents,
  VictimEvidence,
  VictimLine,
  VictimListener,
  VictimSummary,
  VictimsDocument,
} from "../../../listener/victims/victims-document.ts";
import { formatEndpoint } from "../../../wire/address.ts";
import type { Paint } from "../../layout/paint.ts";
import { printable } from "../../layout/printable.ts";
import { hang, wrap } from "../../layout/text-layout.ts";

interface Style {
  readonly width: number;
  readonly paint: Paint;
}

const EVIDENCE: Readonly<Record<VictimEvidence, string>> = {
  "kernel-refused": "final ACK refused (the kernel: TCP_LISTEN_OVERFLOW)",
  "kernel-resent": "no refusal seen: its final ACK was lost, or it is slow",
  "counter-rose": "ListenOverflows rose meanwhile (this kernel names no refusals)",
};

/** A line in words. */
export interface VictimWords {
  readonly listener: string;
  readonly client: string;
  readonly what: string;
}

/** The words of a line. */
export function victimWords({ listener, client, what, count: times, evidence }: VictimLine): VictimWords {
  return {
    listener: nameOf(listener),
    client: client ?? "a client that is not named",
    what: happened(what, times, evidence),
  };
}

const TIME_WIDTH = "00:00:00.000  ".length;

/** What happened to one, with a newline at the end. Where a terminal is narrower it takes several lines; null is no terminal. */
export function formatVictimLine(line: VictimLine, width: number | null): string {
  const { listener, client, what } = victimWords(line);
  const time = `${line.at.slice(11, 23)}  `;
  const text = `${time}${listener}  ${client}  ${what}`;
  if (width === null || stringWidth(text) <= width) return `${text}\n`;
  return `${hang(time, TIME_WIDTH, `${listener}, ${client}: ${what}`, width).join("\n")}\n`;
}

function happened(what: VictimLine["what"], times: number, evidence: VictimEvidence): string {
  if (what === "reset") return "reset, because the accept queue was full (the kernel: TCP_LISTEN_OVERFLOW)";
  if (what === "reset-received") return "is who received that reset";
  if (what === "refused") return `${count(times, "packet")} refused (the kernel: TCP_LISTEN_OVERFLOW)`;
  return `SYN+ACK sent again, ${ordinal(times)} time; ${EVIDENCE[evidence]}`;
}

function ordinal(number: number): string {
  return ["", "1st", "2nd", "3rd"][number] ?? `${number}th`;
}

function nameOf(listener: VictimListener | null): string {
  if (listener === null) return "a listener that is not named yet";
  const { address, port, process, container } = listener;
  const holder = process === null ? "" : ` ${printable(process.name)} ${process.pid}`;
  const place = container === null ? "" : ` in ${printable(container.name ?? container.id.slice(0, 12))}`;
  return `${formatEndpoint(address, port)}${holder}${place}`;
}

/** The end: each listener, what no event can show, and what was missed. */
export function formatVictims(document: VictimsDocument, { width, paint }: Style): string {
  const { listeners, watchedMs } = document;
  const lines = [
    paint("title", `By listener, in ${timeText(watchedMs)}`),
    ...(listeners.length === 0
      ? wrap(nothingText(document), width, "  ")
      : listeners.flatMap((one) => wrap(summaryText(one), width, "  "))),
    ...limits(document).flatMap((text) => wrap(text, width, "")),
  ];
  return `${lines.join("\n")}\n`;
}

/** Calm only as far as the counters are. */
function nothingText({ namespaces, untold }: VictimsDocument): string {
  const rise = namespaces.reduce((sum, { overflows }) => sum + (overflows ?? 0), 0);
  const isAllTold = Object.values(untold).every((events) => events === 0);
  return rise === 0 && isAllTold
    ? "no client was refused: no event fired, and ListenOverflows rose in no namespace"
    : "no victim is known by name";
}

function summaryText({ listener, refused, resets, clients }: VictimSummary): string {
  const parts = [
    ...(refused === null ? [] : [`${count(refused, "packet")} refused by the full accept queue`]),
    ...(resets === 0 ? [] : [`${count(resets, "client")} reset`]),
    ...(clients.length === 0 ? [] : [`${count(clients.length, "client")} named`]),
    ...(listener === null || clients.length + resets > 0
      ? []
      : ["probably: it was the only one that was full then"]),
  ];
  return `${nameOf(listener)}: ${parts.join(", ")}`;
}

function limits({
  namespaces,
  sources,
  synsRefused,
  othersResent,
  refusedUnnamed,
  port,
  untold,
  lost,
  wasMuted,
}: VictimsDocument): string[] {
  const rise = namespaces.reduce((sum, { overflows }) => sum + (overflows ?? 0), 0);
  const where = port === null ? "" : " on all ports of the machine";
  const counted = `ListenOverflows rose by ${rise}${where}`;
  return [
    ...(synsRefused === null
      ? rise === 0
        ? []
        : [`${counted}: refused SYNs, final ACKs and data together. A refused SYN fires no event.`]
      : synsRefused === 0
        ? []
        : [
            `${counted}, of which ${count(synsRefused, "SYN")}: a refused SYN fires no event, so those clients are not named. listenq explain --interface names them.`,
          ]),
    ...(sources.refused
      ? []
      : [
          "This kernel does not say why it throws a packet away (Linux 6.15 does): victims are those whose SYN+ACK was sent again.",
        ]),
    ...(port === null || refusedUnnamed === 0
      ? []
      : [
          `${count(refusedUnnamed, "packet")} refused by listeners that no event has named: another port's, or this one's whose next SYN+ACK is still to come.`,
        ]),
    ...(othersResent === 0
      ? []
      : [
          `SYN+ACKs were sent again to ${count(othersResent, "more client")} without a refusal: lost packets, slow clients, or a scan.`,
        ]),
    ...untoldText(untold),
    ...(lost === 0 ? [] : [`${count(lost, "record")} came too fast and were lost: there are more victims.`]),
    ...(wasMuted
      ? ["Events came too fast and were switched off: only the counter counts from then on."]
      : []),
  ];
}

/** The kernel counted, and no record says whom: so somebody is missing above. */
function untoldText({ synAckResent, refused, resetSent, resetReceived }: UntoldEvents): string[] {
  const parts = [
    ...(synAckResent === 0 ? [] : [`${count(synAckResent, "SYN+ACK")} sent again`]),
    ...(refused === 0 ? [] : [`${count(refused, "refused packet")}`]),
    ...(resetSent + resetReceived === 0 ? [] : [`${count(resetSent + resetReceived, "reset")}`]),
  ];
  return parts.length === 0
    ? []
    : [
        `The kernel counted ${parts.join(", ")} without a record of whose they are: there may be more victims than are named. listenq explain --interface names them.`,
      ];
}
