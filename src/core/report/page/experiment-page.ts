/**
 * An experiment's result as a page: verdict, numbers, claims with their evidence, who waited for what, the packets, tables.
 *
 * @module
 */
import { conversationsOfTrace } from "../picture/conversations-of-trace.ts";
import { clientTimes } from "../text/client-times.ts";
import type { ReportedExperiment } from "../text/experiment-text.ts";
import {
  claimList,
  experimentVerdict,
  runFacts,
  runTables,
  spanOf,
  waitsAndQueues,
} from "./experiment-views.ts";
import { type Insertable, markup } from "./markup.ts";
import { details, figure, page, section, table, withCode } from "./page.ts";
import { reportBlock } from "./report-data.ts";
import { sequenceSection } from "./sequence-section.ts";

export const LADDER_CAPTION =
  "Each arrow is a packet, and its slope is its delay. Times count from the connection's first packet; long silences are folded.";

/**
 * The page.
 *
 * @param document what `--json` says of this run; the page carries it
 */
export function experimentPage(
  result: ReportedExperiment,
  kernel: string,
  document: Readonly<Record<string, unknown>>,
): string {
  const { experiment } = result;
  const title = `${experiment.name}: ${experiment.question}`;
  return page(
    title,
    [
      markup`<p class="kicker">Experiment ${experiment.name} on ${kernel}</p>
<h1>${withCode(experiment.question)}</h1>
`,
      experimentVerdict(result),
      ...views(result),
    ],
    reportBlock(document),
  );
}

function views(result: ReportedExperiment): Insertable[] {
  const { experiment, scenario, trace } = result;
  const words = experiment.words.map((paragraph) => markup`<p>${withCode(paragraph)}</p>\n`);
  if (scenario === null || trace === null)
    return [section("What it asks", words), section("Claims", claimList(result))];
  const conversations = conversationsOfTrace(scenario, trace);
  const run = { scenario, trace, conversations };
  return [
    runFacts(run),
    interruption(result),
    section("What happens, and why", [markup`<p class="quiet">${withCode(scenario.title)}</p>`, words]),
    section("Claims", claimList(result)),
    section(
      conversations.length === 0 ? "The queues" : "Who waited for what, and the queues meanwhile",
      figure((frame) => waitsAndQueues(run, spanOf([run]), frame)),
    ),
    section("The packets", sequenceSection(conversations, LADDER_CAPTION)),
    section("Tables", [loadTable(result), ...runTables(scenario, trace)]),
  ];
}

function interruption({ trace }: ReportedExperiment): Insertable {
  if (trace?.recording.interrupted !== true) return null;
  return markup`<p>Interrupted: the verdicts are about what was recorded until then.</p>`;
}

function loadTable({ scenario, trace }: ReportedExperiment): Insertable {
  if (scenario === null || trace === null) return null;
  const cell = (ms: number | null) => (ms === null ? "-" : ms.toFixed(0));
  const rows = clientTimes(scenario, trace).map((one) => [
    one.client,
    cell(one.connectMs),
    cell(one.waitingMs),
    cell(one.processingMs),
    cell(one.totalMs),
    one.failure ?? "served",
  ]);
  if (rows.length === 0) return null;
  const head = ["client", "connect (ms)", "waiting (ms)", "processing (ms)", "total (ms)", "outcome"];
  return details("Clients, as a load generator sees them", table(head, rows, [1, 2, 3, 4]));
}
