/**
 * One listener, opened: both queues, who waits and since when, drops by cause, what is wrong and the remedy to copy.
 *
 * @module
 */
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Finding } from "../../../../core/finding.ts";
import type { WaitingFacts } from "../../../../core/listener/facts.ts";
import type { LiveListener } from "../../../../core/report/document/live-document.ts";
import { formatDuration } from "../../../../core/scenario/units.ts";
import { WithCode } from "../with-code.tsx";
import { LiveChart } from "./live-chart.tsx";
import type { LiveHistory } from "./live-state.ts";

/** What the server tells of one listener besides. */
interface Opened {
  readonly waiting: WaitingFacts | null;
  readonly findings: readonly Finding[];
}

const EVERY_MS = 1_000;

interface ListenerDetailProps {
  readonly listener: LiveListener;
  readonly history: LiveHistory | undefined;
  onClose(): void;
}

/** The listener. */
export function ListenerDetail({ listener, history, onClose }: ListenerDetailProps): JSX.Element {
  const opened = useOpened(listener.key);
  const { name, acceptQueue, synQueue, process, fullMs, drops, refusedBy } = listener;
  const causes = Object.entries(refusedBy).filter(([, count]) => count > 0);
  return (
    <section class="detail" aria-label={`Listener ${name}`}>
      <h2>
        {name}{" "}
        <button type="button" onClick={onClose}>
          Close
        </button>
      </h2>
      <LiveChart
        history={history}
        capacity={acceptQueue.capacity}
        height={150}
        label={`Queues of ${name}`}
        hasAxes
      />
      <dl>
        <dt>accept queue</dt>
        <dd>
          {acceptQueue.length} of {acceptQueue.capacity} (limit {acceptQueue.limit}), full for{" "}
          {formatDuration(fullMs)}
        </dd>
        <dt>SYN queue</dt>
        <dd>
          {synQueue.length ?? "?"} of {synQueue.capacity ?? "?"}
        </dd>
        <dt>who waits</dt>
        <dd>{waitingText(opened?.waiting ?? null)}</dd>
        <dt>refused since this page looks</dt>
        <dd>
          {causes.length === 0
            ? "nothing with a certain cause"
            : causes.map(([cause, count]) => `${cause} ${count}`).join(", ")}
          {drops === null ? "" : `; the kernel's own counter says ${drops}`}
        </dd>
        <dt>owner</dt>
        <dd>{process ?? "not visible"}</dd>
      </dl>
      <FindingList findings={opened?.findings ?? listener.findings} />
    </section>
  );
}

function useOpened(key: string): Opened | null {
  const [opened, setOpened] = useState<Opened | null>(null);
  useEffect(() => {
    let isCurrent = true;
    const look = async () => {
      const answer = await fetch(`api/listener?key=${encodeURIComponent(key)}`);
      if (answer.ok && isCurrent) setOpened((await answer.json()) as Opened);
    };
    setOpened(null);
    void look();
    const timer = setInterval(() => void look().catch(() => undefined), EVERY_MS);
    return () => {
      isCurrent = false;
      clearInterval(timer);
    };
  }, [key]);
  return opened;
}

function waitingText(waiting: WaitingFacts | null): string {
  if (waiting === null) return "not known";
  const { alive, closed, reset, oldest, oldestMs } = waiting;
  const since =
    oldestMs === null
      ? ""
      : `; the oldest for ${formatDuration(oldestMs)}${oldest === null ? "" : ` (${oldest})`}`;
  return `${alive} clients, ${closed} that have closed, ${reset} that were reset${since}`;
}

/** Findings with their remedies; also those of a capture. */
export function FindingList({ findings }: { readonly findings: readonly Finding[] }): JSX.Element {
  if (findings.length === 0) return <p class="quiet">No findings.</p>;
  return (
    <ul class="findings">
      {findings.map((finding) => (
        <li key={`${finding.code} ${finding.title}`} class={finding.severity}>
          <p>
            <b>{finding.severity}</b> {finding.title} <code>{finding.code}</code>
          </p>
          <p class="quiet">
            <WithCode text={finding.evidence.text} />
          </p>
          {finding.remedy.map((line) => (
            <Remedy key={line} line={line} />
          ))}
        </li>
      ))}
    </ul>
  );
}

function Remedy({ line }: { readonly line: string }): JSX.Element {
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(line);
    setCopied(true);
  };
  return (
    <p class="remedy">
      <WithCode text={line} />{" "}
      <button type="button" class="small" onClick={() => void copy()}>
        {isCopied ? "Copied" : "Copy"}
      </button>
    </p>
  );
}
