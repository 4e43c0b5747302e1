/**
 * The parts of an experiment's page that show one run: verdict, claims, pictures, tables. A page of two kernels has them twice.
 *
 * @module
 */
import { hasFailed, TraceView } from "../../experiment/index.ts";
import type { Scenario } from "../../scenario/index.ts";
import type { Trace, TracePacket, TraceSocket } from "../../trace/index.ts";
import type { TimeSpan } from "../picture/axis.ts";
import type { Conversation } from "../picture/conversation.ts";
import { legendSvg, waitsLegend } from "../picture/legend-svg.ts";
import type { Frame } from "../picture/picture-frame.ts";
import { queueSeriesOfSamples } from "../picture/queue-series.ts";
import { queueSvg } from "../picture/queue-svg.ts";
import { waitsSvg } from "../picture/waits-svg.ts";
import type { ReportedExperiment } from "../text/experiment-text.ts";
import { isBadNote } from "../text/note-tone.ts";
import { type Insertable, type Markup, markup } from "./markup.ts";
import { badge, details, facts, table, verdict, withCode } from "./page.ts";

/** More rows would be no page; the data has all. */
const MOST_PACKETS = 2000;

/** The verdict in one line, and the claims that do not hold in words. */
export function experimentVerdict({ claims, verdict: word, reason }: ReportedExperiment): Markup {
  if (word === "not supported") return verdict("warn", "not supported", withCode(reason ?? ""));
  if (claims.length === 0)
    return verdict("quiet", "no claims", "Nothing was claimed of this scenario: here is what happened.");
  const failed = claims.filter(hasFailed);
  const count = `${claims.filter(({ holds }) => holds).length} of ${claims.length} claims hold`;
  if (word === "interrupted") return verdict("warn", "interrupted", `${count}, the others were not reached.`);
  if (failed.length === 0) return verdict("good", "holds", `${count}.`);
  const [first] = failed;
  return verdict("bad", "does not hold", [
    `${count}. `,
    ...withCode(first?.text ?? ""),
    ": ",
    ...withCode(first?.evidence.text ?? ""),
  ]);
}

/** The claims, those that fail first. */
export function claimList({ claims }: ReportedExperiment): Markup | null {
  if (claims.length === 0) return null;
  const ordered = [...claims].sort((a, b) => Number(a.holds) - Number(b.holds));
  return markup`<ul class="claims">
${ordered.map(({ text, holds, reached, evidence }) => {
  if (!reached)
    return markup`<li><span>${badge("warn", "not reached")}</span><span>${withCode(text)}</span></li>\n`;
  const mark = holds ? badge("good", "holds") : badge("bad", "fails");
  const filter = evidence.filter === null ? null : markup`<br>Wireshark: <code>${evidence.filter}</code>`;
  return markup`<li><span>${mark}</span><span>${withCode(text)}</span><span class="evidence">${withCode(evidence.text)}${filter}</span></li>\n`;
})}</ul>
`;
}

/** A run with its connections. */
export interface DrawnRun {
  readonly scenario: Scenario;
  readonly trace: Trace;
  readonly conversations: readonly Conversation[];
}

/** The numbers that somebody looks for first. */
export function runFacts({ scenario, trace, conversations }: DrawnRun): Markup {
  const refused = conversations.filter(({ isBad }) => isBad).length;
  const answered = conversations.filter(({ ending }) => ending === "answered").length;
  const longest = trace.samples.reduce((max, { acceptQueue }) => Math.max(max, acceptQueue), 0);
  const limits = [
    ...new Set(
      scenario.listeners.map(
        ({ name }) => trace.samples.findLast(({ listener }) => listener === name)?.limit,
      ),
    ),
  ];
  const [limit] = limits;
  const room = limits.length === 1 && limit !== undefined ? ` of ${limit + 1}` : "";
  return facts([
    ["clients", scenario.clients.length],
    ["answered", answered],
    ["refused once or more", refused],
    ["longest accept queue", `${longest}${room}`],
    ["packets", trace.packets.length],
  ]);
}

/** More charts would push the packets out of sight; they can be unfolded. */
const MOST_CHARTS = 4;

/** Who waited for what, and the queues below it on the same time axis. */
export function waitsAndQueues(
  { scenario, trace, conversations }: DrawnRun,
  span: TimeSpan,
  frame: Frame,
): Insertable[] {
  const bars = waitsSvg(conversations, span, frame);
  const charts = scenario.listeners
    .flatMap(({ name }) => queueSeriesOfSamples(name, trace.samples) ?? [])
    .map((series) => queueSvg(series, span, frame));
  return [
    bars === null ? null : legendSvg(waitsLegend(conversations), frame),
    bars,
    charts.slice(0, MOST_CHARTS),
    details(`The queues of ${charts.length - MOST_CHARTS} more listeners`, charts.slice(MOST_CHARTS)),
  ];
}

/** The time that these runs take, so that all are drawn on one scale. */
export function spanOf(runs: readonly DrawnRun[]): TimeSpan {
  const ends = runs.flatMap(({ trace, conversations }) => [
    trace.samples.at(-1)?.at ?? 0,
    conversations.reduce((end, { endedAt }) => Math.max(end, endedAt), 0),
  ]);
  return { from: 0, to: Math.max(0, ...ends) };
}

/** Tables that can be unfolded: sockets, counters, packets. */
export function runTables(scenario: Scenario, trace: Trace): Insertable[] {
  const view = new TraceView(scenario, trace);
  return [
    details("Counters of the kernel that rose", counters(trace)),
    ...view
      .lookTimes()
      .map((at) =>
        details(
          `Socket tables at ${(at / 1000).toFixed(3)} s`,
          socketTable(trace.sockets.filter((row) => row.at === at)),
        ),
      ),
    trace.packets.length === 0
      ? null
      : details(`Every packet (${trace.packets.length})`, packetTable(view, trace.packets)),
  ];
}

function socketTable(sockets: readonly TraceSocket[]): Markup {
  const rows = sockets.map((row) => [
    row.host,
    row.recvQueue,
    row.sendQueue,
    row.local,
    row.remote,
    row.state,
    row.process === null ? "nobody yet" : (row.actor ?? row.process.name),
  ]);
  return table(["host", "Recv-Q", "Send-Q", "local", "remote", "state", "program"], rows, [1, 2]);
}

function counters({ counters: { before, after } }: Trace): Insertable {
  const rows = Object.entries(after).flatMap(([name, value]) => {
    const rise = value === null ? 0 : value - (before[name] ?? 0);
    return rise === 0 ? [] : [[name, `+${rise}`]];
  });
  return rows.length === 0 ? null : table(["counter", "rose by"], rows, [1]);
}

function packetTable(view: TraceView, packets: readonly TracePacket[]): Insertable[] {
  const servers = new Set(view.handshakes.map(({ server }) => server));
  const rows = packets.slice(0, MOST_PACKETS).map((packet) => {
    const isFromServer = servers.has(packet.from);
    const client = view.nameOf(isFromServer ? packet.to : packet.from);
    const way = packet.arrivedAt === null ? "lost" : isFromServer ? "from the server" : "to the server";
    const note = packet.note ?? "";
    return [
      packet.number,
      ((isFromServer ? packet.at : (packet.arrivedAt ?? packet.at)) / 1000).toFixed(6),
      client,
      way,
      packet.flags,
      packet.length,
      isBadNote(note) ? markup`<span class="bad-text">✖ ${note}</span>` : note,
    ];
  });
  const left = packets.length - rows.length;
  return [
    table(["no", "at the server (s)", "client", "way", "flags", "bytes", "what it did"], rows, [0, 1, 5]),
    left > 0 ? markup`<p class="quiet">${left} more are in the document of <code>--json</code>.</p>` : null,
  ];
}
