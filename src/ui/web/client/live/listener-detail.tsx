/**
 * One listener, opened: both queues, who waits and since when, drops by cause, what is wrong and the remedy to copy.
 *
 * @module
 */
import type { JSX } from "preact";
import type { WaitingFacts } from "../../../../core/listener/facts.ts";
import type { LiveListener, OpenedListener } from "../../../../core/report/document/live-document.ts";
import { formatDuration } from "../../../../core/scenario/units.ts";
import { FindingList } from "./finding-list.tsx";
import { LiveFigure } from "./live-figure.tsx";
import type { LiveHistory } from "./live-state.ts";

interface ListenerDetailProps {
  readonly listener: LiveListener;
  /** Null until the server has taken a closer look. */
  readonly opened: OpenedListener | null;
  readonly history: LiveHistory | undefined;
  onClose(): void;
}

/** The listener. */
export function ListenerDetail({ listener, opened, history, onClose }: ListenerDetailProps): JSX.Element {
  const { name, acceptQueue, longest, synQueue, process, fullMs, drops, refusedBy } = listener;
  const causes = Object.entries(refusedBy).filter(([, count]) => count > 0);
  return (
    <section class="detail" aria-label={`Listener ${name}`}>
      <h2>
        {name}{" "}
        <button type="button" onClick={onClose}>
          Close
        </button>
      </h2>
      <LiveFigure name={name} history={history} capacity={acceptQueue.capacity} />
      <dl>
        <dt>accept queue</dt>
        <dd>
          {acceptQueue.length} of {acceptQueue.capacity} (limit {acceptQueue.limit})
          {longest > acceptQueue.length ? `, ${longest} at most since the look before` : ""}; full for{" "}
          {formatDuration(fullMs)} since this page looks
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
            : causes.map(([cause, count]) => `${count} (${cause.replaceAll("-", " ")})`).join(", ")}
          {drops === null ? "" : `; the kernel's own counter says ${drops}`}
        </dd>
        <dt>owner</dt>
        <dd>{process ?? "not visible"}</dd>
      </dl>
      <FindingList findings={opened?.findings ?? listener.findings} />
    </section>
  );
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
