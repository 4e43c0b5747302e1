/**
 * A load as a page: the generator's verdict, what became of the connections, the steps, the server's queues.
 *
 * @module
 */
import { courseOf, type LoadRun, type ServerCourse, startVerdict } from "../../load/index.ts";
import type { QueueSample } from "../../trace/index.ts";
import { plain } from "../layout/paint.ts";
import { queueSeriesOfSamples } from "../picture/queue-series.ts";
import { queueSvg } from "../picture/queue-svg.ts";
import { formatLoad, verdictLine } from "../text/load/load-text.ts";
import { type Markup, markup } from "./markup.ts";
import { figure, page, section, table, verdict } from "./page.ts";

const TEXT_WIDTH = 110;

/** The page. Times are milliseconds since the run began. */
export function loadPage(run: LoadRun): string {
  const isKept = startVerdict(run)?.isKept ?? null;
  const text = formatLoad(run, { width: TEXT_WIDTH, paint: plain });
  return page(`A load on ${run.address}`, [
    markup`<h1>A load on ${run.address}</h1>\n`,
    isKept === null
      ? verdict("quiet", "closed loop", verdictLine(run))
      : verdict(isKept ? "good" : "bad", isKept ? "on time" : "late", verdictLine(run)),
    section("Second by second", courseTable(run)),
    section("The server's queues", run.server === null ? null : queues(run, run.server)),
    section("The whole report", markup`<div class="scroll" tabindex="0"><pre>${text}</pre></div>\n`),
  ]);
}

const HEAD = [
  "from",
  "opened",
  "connected",
  "SYNs again",
  "failed",
  "accept queue",
  "SYN queue",
  "limit",
  "drops",
];

function courseTable(run: LoadRun): Markup {
  const rows = courseOf(run).map((piece) => [
    `${piece.fromMs / 1000} s`,
    piece.opened,
    piece.connected,
    piece.synResends,
    piece.failed,
    piece.acceptQueue ?? "-",
    piece.synQueue ?? "-",
    piece.limit ?? "-",
    piece.drops ?? "-",
  ]);
  return table(HEAD, rows, [...HEAD.keys()]);
}

function queues({ address, durationMs }: LoadRun, { samples }: ServerCourse): Markup | null {
  const own = samples.map(
    ({ at, acceptQueue, synQueue, limit, drops }): QueueSample => ({
      at,
      listener: address,
      acceptQueue,
      synQueue,
      limit,
      drops,
      afterPacket: null,
      afterCall: null,
    }),
  );
  const series = queueSeriesOfSamples(address, own);
  const span = { from: 0, to: Math.max(1, durationMs) };
  return series === null ? null : figure((frame) => queueSvg(series, span, frame));
}
