/**
 * What `listenq clients` prints: each destination at which connections of this machine are stuck, who they are, and what it may
 * be. Pure.
 *
 * @module
 */

import { count } from "../../../count.ts";
import type { Finding } from "../../../finding.ts";
import { timeText } from "../../../findings/listeners/finding-words.ts";
import type {
  ClientsDocument,
  StuckClient,
  StuckDestination,
} from "../../../listener/clients/clients-document.ts";
import type { Paint } from "../../layout/paint.ts";
import { printable } from "../../layout/printable.ts";
import { wrap } from "../../layout/text-layout.ts";
import { SEVERITY_TONE } from "../finding-lines.ts";
import { section } from "../labelled-section.ts";

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
    ...destinations.flatMap((one) => destinationLines(document, one, style)),
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

function destinationLines(document: ClientsDocument, destination: StuckDestination, style: Style): string[] {
  const { width, paint } = style;
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
    ...rateText(document, destination).flatMap((text) => wrap(text, width, "  ")),
    ...destination.findings.flatMap((one) => findingLines(one, style)),
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
  givesUpInMs,
}: StuckClient): string {
  const who = process === null ? "" : ` ${printable(process.name)} ${process.pid}`;
  const since = sinceMs === null ? "" : ` for ${timeText(sinceMs)}`;
  const next = nextResendMs === null ? "" : `; sends again in ${timeText(nextResendMs)}`;
  const end = givesUpInMs === null ? "" : `, and gives up in ${timeText(givesUpInMs)}`;
  return `${local}${who}: ${kind}${since} (${certainty}): ${evidence}${next}${end}`;
}

/** How it changed, for a destination that was watched. */
function rateText({ watch }: ClientsDocument, { namespace, remote }: StuckDestination): string[] {
  const rate = watch?.rates.find((one) => one.namespace === namespace && one.remote === remote);
  if (watch === null || rate === undefined) return [];
  const { began, ended } = rate;
  const seconds = Math.max(0.001, watch.watchedMs / 1_000);
  const perSecond = (number: number, kind: string): string[] =>
    number === 0 ? [] : [`${number} became ${kind} (${(number / seconds).toFixed(1)} a second)`];
  const parts = [
    ...perSecond(began.silent, "silent"),
    ...perSecond(began.connecting, "connecting"),
    ...perSecond(began.late, "late"),
    ...(ended === 0 ? [] : [`${ended} no longer stuck`]),
  ];
  return [`in ${timeText(watch.watchedMs)}: ${parts.length === 0 ? "nothing changed" : parts.join(", ")}`];
}

function findingLines(finding: Finding, { width, paint }: Style): string[] {
  const { severity, title, detail, remedy, docs } = finding;
  return [
    `  ${paint(SEVERITY_TONE[severity], severity)}  ${finding.code}`,
    ...wrap(`${title} ${detail}`, width, "    "),
    ...remedy.flatMap((line) => wrap(`- ${line}`, width, "    ")),
    paint("quiet", `    ${docs}`),
  ];
}

/** The answer of `listenq why HOST:PORT`: one verdict from this side, then what it stands on. */
export function formatClientsVerdict(document: ClientsDocument, style: Style): string {
  const { destination, looked, destinations } = document;
  const [verdict] = destinations.flatMap(({ findings }) => findings);
  if (verdict !== undefined) {
    const { severity, code, title, detail, evidence, remedy, docs } = verdict;
    const head = `${style.paint(SEVERITY_TONE[severity], severity)} ${destination}  ${style.paint("title", code)}`;
    const lines = [
      head,
      ...wrap(title, style.width, ""),
      "",
      ...section("why", [evidence.text, detail], style),
      ...section("do", remedy, style),
      style.paint("quiet", docs),
      "",
    ];
    const others = destinations.map((one) => ({
      ...one,
      findings: one.findings.filter((it) => it !== verdict),
    }));
    return `${lines.join("\n")}\n${formatClients({ ...document, destinations: others }, style)}`;
  }
  const words =
    looked === 0
      ? `This machine has no connection to ${destination}, so nothing can be said from this side: try again while a client tries, or on the listener's machine.`
      : `None of ${count(looked, "connection")} to ${destination} shows that it is stuck at the listener. One that has sent nothing yet cannot show it.`;
  return `${wrap(words, style.width, "").join("\n")}\n`;
}
