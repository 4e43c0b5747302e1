/**
 * An explanation as a page: the verdict, every finding with what to do, who waited for what, the packets of those that suffered,
 * tables.
 *
 * @module
 */
import type { Explanation } from "../../explain/index.ts";
import type { Finding } from "../../finding.ts";
import { type CaptureSummary, explainDocument } from "../document/explain-document.ts";
import type { Conversation } from "../picture/conversation.ts";
import { verdictOf } from "../text/explain-verdict.ts";
import { explainPictures } from "./explain-pictures.ts";
import { captureTables, handshakesShown } from "./explain-tables.ts";
import { type Insertable, type Markup, markup } from "./markup.ts";
import { badge, facts, type PageTone, page, section, verdict, withCode } from "./page.ts";
import { reportBlock } from "./report-data.ts";

const TONES: Readonly<Record<Finding["severity"], PageTone>> = {
  critical: "bad",
  warning: "warn",
  info: "quiet",
};

/** What a capture's page shows. */
export interface ExplainReport {
  readonly captures: readonly CaptureSummary[];
  /** As it is printed. */
  readonly explanation: Explanation;
  /** All connections, also those that simply completed, as they are drawn. */
  readonly conversations: readonly Conversation[];
}

/** The page. Times are milliseconds since the capture's first packet. */
export function explainPage({ captures, explanation, conversations }: ExplainReport): string {
  const files = captures.map(({ file }) => file).join(", ");
  const shown = handshakesShown(explanation.handshakes);
  const document = explainDocument(captures, { ...explanation, handshakes: shown });
  return page(
    `What ${files} shows`,
    [
      markup`<p class="kicker">${captures.length === 1 ? "Capture" : "Captures"} ${files}</p>
<h1>${withCode(headline(explanation))}</h1>
`,
      verdictBlock(explanation),
      summary(captures, explanation, conversations),
      section("Findings, and what to do", explanation.findings.map(findingBlock)),
      ...explainPictures(explanation, conversations),
      section("Tables", captureTables(captures, explanation)),
    ],
    reportBlock(document),
  );
}

function headline({ findings, listeners }: Explanation): string {
  const grave = findings.filter(({ severity }) => severity !== "info").length;
  if (grave > 0) return `${grave} ${grave === 1 ? "finding" : "findings"} in this capture`;
  return listeners.length === 0 ? "What this capture shows" : "No finding above info in this capture";
}

/** What a capture cannot show keeps it from calming anybody. */
function verdictBlock(explanation: Explanation): Markup {
  const { findings, notShown, listeners } = explanation;
  const severity = findings[0]?.severity ?? "info";
  const words = withCode(verdictOf(explanation));
  if (severity !== "info") return verdict(TONES[severity], severity, words);
  if (notShown.length > 0) return verdict("warn", "not all is shown", words);
  if (listeners.length === 0) return verdict("quiet", "nothing to judge", words);
  return findings.length > 0 ? verdict("quiet", "info", words) : verdict("good", "no full queue", words);
}

/** The numbers that somebody looks for first. */
function summary(
  captures: readonly CaptureSummary[],
  { listeners, handshakes }: Explanation,
  conversations: readonly Conversation[],
): Markup {
  const packets = captures.reduce((sum, one) => sum + one.packets, 0);
  const all = listeners.reduce((sum, one) => sum + one.handshakes, 0);
  const completed = listeners.reduce((sum, one) => sum + (one.outcomes.completed ?? 0), 0);
  const notServed = handshakes.filter(({ served }) => served === false).length;
  const endAt = conversations.reduce((end, { endedAt }) => Math.max(end, endedAt), 0);
  return facts([
    ["packets", packets],
    [listeners.length === 1 ? "listener" : "listeners", listeners.length],
    ["handshakes", all],
    ["simply completed", completed],
    ["not served", notServed],
    ["seconds looked at", (endAt / 1000).toFixed(1)],
  ]);
}

function findingBlock({ code, severity, title, detail, evidence, remedy, docs }: Finding): Markup {
  const tone = TONES[severity];
  const filter: Insertable =
    evidence.filter === null ? null : markup`<br>Wireshark: <code>${shortened(evidence.filter)}</code>`;
  return markup`<article class="finding ${tone}">
${badge(tone, severity)} <code>${code}</code>
<h3>${withCode(title)}</h3>
<p>${withCode(detail)}</p>
<h4>Evidence</h4>
<p>${withCode(evidence.text)}${filter}</p>
${
  remedy.length === 0
    ? null
    : markup`<h4>What to do</h4>
<ul>${remedy.map((line) => markup`<li>${withCode(line)}</li>`)}</ul>`
}
<p class="quiet small">More: <code>${docs}</code></p>
</article>
`;
}

/** A filter of hundreds of packets is for the data, not for the eye. */
function shortened(filter: string): string {
  return filter.length <= MOST_FILTER ? filter : `${filter.slice(0, filter.lastIndexOf(",", MOST_FILTER))}}`;
}

const MOST_FILTER = 300;
