/**
 * An experiment's result as text: what the original showed (the load generator's table, the socket tables, the packets),
 * and the verdicts with their evidence.
 *
 * @module
 */
import { type ClaimResult, type Experiment, TraceView, type Verdict } from "../../experiment/index.ts";
import { formatDuration, type Scenario } from "../../scenario/index.ts";
import type { Trace, TracePacket, TraceSocket } from "../../trace/index.ts";
import { columns } from "../layout/columns.ts";
import type { Paint, Tone } from "../layout/paint.ts";
import { wrap } from "../layout/text-layout.ts";
import { clientTimes } from "./client-times.ts";
import { formatLoadTable, summarizeLoad } from "./load/load-table.ts";
import { isBadNote } from "./note-tone.ts";

/** What is reported. */
export interface ReportedExperiment {
  readonly experiment: Pick<Experiment, "name" | "question" | "words" | "shows" | "table">;
  readonly scenario: Scenario | null;
  readonly claims: readonly ClaimResult[];
  readonly verdict: Verdict;
  readonly trace: Trace | null;
  readonly reason: string | null;
}

/** How it is shown. */
export interface TextStyle {
  /** Characters in a line. */
  readonly width: number;
  readonly paint: Paint;
}

/** How each verdict is shown. */
export const VERDICT_TONES: Readonly<Record<Verdict, Tone>> = {
  holds: "good",
  "does not hold": "bad",
  interrupted: "warning",
  "not supported": "warning",
};

/** The whole report. */
export function formatExperiment(result: ReportedExperiment, style: TextStyle): string {
  const { experiment, scenario, trace } = result;
  const title = `${experiment.name}: ${experiment.question}`;
  const body = scenario === null || trace === null ? [] : viewsOf(result, scenario, trace, style);
  return [
    ...wrap(title, style.width, "").map((line) => style.paint("title", line)),
    "",
    ...body,
    ...verdicts(result, style),
    ...interruption(trace, style),
    "",
  ].join("\n");
}

function viewsOf(
  { experiment, ...result }: ReportedExperiment,
  scenario: Scenario,
  trace: Trace,
  style: TextStyle,
): string[] {
  const { shows } = experiment;
  const view = new TraceView(scenario, trace);
  const table = experiment.table?.(view);
  return [
    ...(result.scenario === null ? [] : [...wrap(scenarioSentence(scenario), style.width, ""), ""]),
    ...(shows.packets
      ? [style.paint("title", "Packets, as the server's end saw them"), ...packetLines(view, style), ""]
      : []),
    ...(shows.sockets ? socketViews(view, style) : []),
    ...(shows.load ? loadView(scenario, trace, style) : []),
    ...(table === undefined ? [] : [...columns(table.head, table.rows), ""]),
    ...experiment.words.flatMap((paragraph) => [...wrap(paragraph, style.width, ""), ""]),
  ];
}

function scenarioSentence(scenario: Scenario): string {
  const paths = {
    wire: `on a wire of ${formatDuration(scenario.wire.delayMs)} each way`,
    loopback: "over loopback",
    unix: "over AF_UNIX sockets",
  };
  const path = paths[scenario.topology];
  const sysctls = Object.entries(scenario.sysctls).map(([name, value]) => `${name} = ${value}`);
  return `${scenario.title.replace(/\.$/, "")}, ${[path, ...sysctls].join(", ")}.`;
}

function packetLines(view: TraceView, { paint }: TextStyle): string[] {
  const head = ["no", "at (s)", "", "", "", "flags", "bytes", ""];
  const rows = view.trace.packets.map((packet) => packetRow(view, packet, paint));
  return columns(head, rows, [0, 1, 6]);
}

function packetRow(view: TraceView, packet: TracePacket, paint: Paint): string[] {
  const isFromServer = view.handshakes.some((handshake) => handshake.server === packet.from);
  const client = view.nameOf(isFromServer ? packet.to : packet.from);
  const at = isFromServer ? packet.at : (packet.arrivedAt ?? packet.at);
  const arrow = packet.arrivedAt === null ? "x" : isFromServer ? "<-" : "->";
  return [
    String(packet.number),
    (at / 1000).toFixed(6),
    client,
    arrow,
    "server",
    packet.flags,
    String(packet.length),
    packet.note === null ? "" : paint(isBadNote(packet.note) ? "bad" : "quiet", packet.note),
  ];
}

function socketViews(view: TraceView, style: TextStyle): string[] {
  return view
    .lookTimes()
    .flatMap((at) => [
      style.paint("title", `Socket tables at ${(at / 1000).toFixed(3)} s`),
      ...socketLines(view.trace.sockets.filter((row) => row.at === at)),
      "",
    ]);
}

function socketLines(rows: readonly TraceSocket[]): string[] {
  const head = ["host", "Recv-Q", "Send-Q", "local", "remote", "state", "program"];
  const cells = rows.map((row) => [
    row.host,
    String(row.recvQueue),
    String(row.sendQueue),
    row.local,
    row.remote,
    row.state,
    row.process === null ? "-" : `${row.process.pid}/${row.actor ?? row.process.name}`,
  ]);
  return columns(head, cells, [1, 2]);
}

function loadView(scenario: Scenario, trace: Trace, style: TextStyle): string[] {
  const times = clientTimes(scenario, trace);
  const cell = (ms: number | null) => (ms === null ? "-" : ms.toFixed(0));
  const rows = times.map((one) => [
    one.client,
    cell(one.connectMs),
    cell(one.waitingMs),
    cell(one.processingMs),
    cell(one.totalMs),
    one.failure ?? "served",
  ]);
  const head = ["client", "connect", "waiting", "processing", "total (ms)", ""];
  return [
    style.paint("title", "Clients, as a load generator sees them"),
    ...columns(head, rows, [1, 2, 3, 4]),
    ...formatLoadTable(summarizeLoad(times)),
    "",
  ];
}

function verdicts({ claims, verdict, reason }: ReportedExperiment, { width, paint }: TextStyle): string[] {
  const lines = claims.flatMap((claim) => claimLines(claim, width, paint));
  if (verdict === "not supported") return [...lines, paint("warning", `not supported: ${reason}`)];
  const held = claims.filter((claim) => claim.holds).length;
  if (claims.length === 0) return lines;
  const unreached = claims.filter((claim) => !claim.reached).length;
  const rest = unreached === 0 ? "" : ` ${unreached} not reached.`;
  const total = `${held} of ${claims.length} claims hold.${rest}`;
  return [paint("title", "Verdicts"), ...lines, "", paint(VERDICT_TONES[verdict], total)];
}

function interruption(trace: Trace | null, { paint }: TextStyle): string[] {
  if (trace?.recording.interrupted !== true) return [];
  const seconds = ((trace.samples.at(-1)?.at ?? 0) / 1000).toFixed(1);
  return [
    paint("warning", `Interrupted after ${seconds} s: what holds, holds of what was recorded until then.`),
  ];
}

function claimLines(claim: ClaimResult, width: number, paint: Paint): string[] {
  // What is missing of a claim that was not reached is no evidence of anything.
  if (!claim.reached) return hanging("", `not reached: ${claim.text}`, width);
  const mark = claim.holds ? paint("good", "holds  ") : paint("bad", "FAILS  ");
  const { counters, packets, filter } = claim.evidence;
  const rises = Object.entries(counters).map(([name, rise]) => `${name} +${rise ?? "?"}`);
  const details = [
    claim.evidence.text,
    ...(rises.length > 0 ? [rises.join(", ")] : []),
    ...(filter !== null && packets.length > 0 ? [`Wireshark: ${filter}`] : []),
  ];
  const evidence = details.flatMap((detail) => wrap(detail, width, "         "));
  return [...hanging(mark, claim.text, width), ...evidence.map((line) => paint("quiet", line))];
}

/** A text whose second and later lines stand below its words, not below its mark. */
function hanging(mark: string, text: string, width: number): string[] {
  const [first = "", ...rest] = wrap(text, width, "       ");
  return [mark + first.trimStart(), ...rest];
}
