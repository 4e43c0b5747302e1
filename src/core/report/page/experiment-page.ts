/**
 * An experiment's result as a page: question, verdicts with their evidence, pictures, packets, socket tables.
 *
 * @module
 */
import { TraceView } from "../../experiment/index.ts";
import type { Scenario } from "../../scenario/index.ts";
import type { Trace, TracePacket, TraceSocket } from "../../trace/index.ts";
import { queueSvg } from "../picture/queue-svg.ts";
import { sequenceSvg } from "../picture/sequence-svg.ts";
import type { ReportedExperiment } from "../text/experiment-text.ts";
import { isBadNote } from "../text/note-tone.ts";
import { type Insertable, type Markup, markup } from "./markup.ts";
import { page, picture, section, table, withCode } from "./page.ts";

/**
 * The page.
 *
 * @param kernel on what it ran, such as `"Linux 6.1.0"` or `"the model of Linux 3.10"`
 */
export function experimentPage(result: ReportedExperiment, kernel: string): string {
  const { experiment, scenario, trace, words } = { ...result, words: result.experiment.words };
  const title = `${experiment.name}: ${experiment.question}`;
  return page(title, [
    markup`<h1>${title}</h1>\n<p class="quiet">${scenario?.title ?? ""} On ${kernel}.</p>\n`,
    words.map((paragraph) => markup`<p>${withCode(paragraph)}</p>\n`),
    section("Verdicts", verdicts(result)),
    ...(scenario === null || trace === null ? [] : views(scenario, trace)),
  ]);
}

function verdicts({ claims, verdict, reason }: ReportedExperiment): Insertable {
  if (verdict === "not supported") return markup`<p class="bad">Not supported: ${reason}</p>`;
  if (claims.length === 0) return null;
  const items = claims.map(({ text, holds, evidence }) => {
    const mark = holds ? markup`<b class="good">holds</b>` : markup`<b class="bad">fails</b>`;
    const filter = evidence.filter === null ? null : markup`<br><code>${evidence.filter}</code>`;
    return markup`<li>${mark} ${text}<br><span class="quiet">${evidence.text}</span>${filter}</li>\n`;
  });
  return markup`<ul>\n${items}</ul>`;
}

function views(scenario: Scenario, trace: Trace): Insertable[] {
  const view = new TraceView(scenario, trace);
  const queues = scenario.listeners.flatMap(({ name }) => queueSvg(name, trace.samples) ?? []).map(picture);
  return [
    section("The queues", queues),
    trace.packets.length === 0 ? null : section("The packets", picture(sequenceSvg(scenario, trace))),
    ...view.lookTimes().map((at) => socketSection(at, trace.sockets)),
    section("Counters", counters(trace)),
    trace.packets.length === 0 ? null : section("Every packet", packetTable(view, trace.packets)),
  ];
}

function socketSection(at: number, sockets: readonly TraceSocket[]): Markup | null {
  const rows = sockets
    .filter((row) => row.at === at)
    .map((row) => [
      row.host,
      row.recvQueue,
      row.sendQueue,
      row.local,
      row.remote,
      row.state,
      row.process === null ? "-" : (row.actor ?? row.process.name),
    ]);
  const head = ["host", "Recv-Q", "Send-Q", "local", "remote", "state", "program"];
  return section(`Socket tables at ${(at / 1000).toFixed(3)} s`, table(head, rows, [1, 2]));
}

function counters({ counters: { before, after } }: Trace): Insertable {
  const rows = Object.entries(after).flatMap(([name, value]) => {
    const rise = value === null ? 0 : value - (before[name] ?? 0);
    return rise === 0 ? [] : [[name, `+${rise}`]];
  });
  return rows.length === 0 ? null : table(["counter", "rose by"], rows, [1]);
}

function packetTable(view: TraceView, packets: readonly TracePacket[]): Markup {
  const rows = packets.map((packet) => {
    const isFromServer = view.handshakes.some(({ server }) => server === packet.from);
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
      isBadNote(note) ? markup`<span class="bad">${note}</span>` : note,
    ];
  });
  return table(["no", "at the server (s)", "client", "", "flags", "bytes", ""], rows, [0, 1, 5]);
}
