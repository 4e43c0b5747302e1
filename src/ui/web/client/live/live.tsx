/**
 * This machine's listeners, live: every one with its queue over the last minutes, findings as they come, one in detail.
 *
 * @module
 */
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { LiveListener, LiveMessage } from "../../../../core/report/document/live-document.ts";
import { access, CLOSED_WORDS } from "../server-access.ts";
import { ListenerDetail } from "./listener-detail.tsx";
import { LiveChart } from "./live-chart.tsx";
import { type LiveEvent, type LiveState, NO_LIVE, withMessage } from "./live-state.ts";

/** The part of the page. */
export function Live(): JSX.Element {
  const isOpen = access.value === "open";
  const [state, problem] = useStream(isOpen);
  const [chosen, setChosen] = useState<string | null>(null);
  if (access.value === "closed")
    return (
      <main>
        <h1>Live</h1>
        <p>{CLOSED_WORDS}</p>
      </main>
    );
  const { last, history, events } = state;
  const opened = last?.listeners.find(({ key }) => key === chosen);
  return (
    <main class="live">
      <h1>Listeners of this machine</h1>
      {problem === null ? null : (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      {last === null ? (
        <p class="loading" role="status">
          Looking
        </p>
      ) : (
        <>
          {opened === undefined ? null : (
            <ListenerDetail
              listener={opened}
              history={history.get(opened.key)}
              onClose={() => setChosen(null)}
            />
          )}
          <ListenerTable message={last} state={state} onChoose={setChosen} />
          <Notes message={last} />
          <FindingLog events={events} />
        </>
      )}
    </main>
  );
}

function useStream(isOpen: boolean): [LiveState, string | null] {
  const [state, setState] = useState<LiveState>(NO_LIVE);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    if (!isOpen) return;
    const stream = new EventSource("api/live");
    stream.addEventListener("message", ({ data }: MessageEvent<string>) => {
      setProblem(null);
      setState((before) => withMessage(before, JSON.parse(data) as LiveMessage));
    });
    stream.addEventListener("error", () => setProblem("listenq web does not answer; what is shown is old"));
    return () => stream.close();
  }, [isOpen]);
  return [state, problem];
}

interface ListenerTableProps {
  readonly message: LiveMessage;
  readonly state: LiveState;
  onChoose(key: string): void;
}

function ListenerTable({ message, state, onChoose }: ListenerTableProps): JSX.Element {
  const hasNamespaces = new Set(message.listeners.map(({ namespace }) => namespace)).size > 1;
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Listeners">
      <table class="listeners">
        <thead>
          <tr>
            <th scope="col">listener</th>
            <th scope="col">accept queue</th>
            <th scope="col" class="wide">
              last minutes
            </th>
            <th scope="col">SYN queue</th>
            <th scope="col">refused</th>
            {hasNamespaces ? <th scope="col">namespace</th> : null}
            <th scope="col">process</th>
            <th scope="col">finding</th>
          </tr>
        </thead>
        <tbody>
          {message.listeners.map((listener) => (
            <tr key={listener.key}>
              <th scope="row">
                <button type="button" class="link" onClick={() => onChoose(listener.key)}>
                  {listener.name}
                </button>
              </th>
              <td>
                <QueueCell listener={listener} />
              </td>
              <td class="wide">
                <LiveChart
                  history={state.history.get(listener.key)}
                  capacity={listener.acceptQueue.capacity}
                  height={30}
                  label={`Accept queue of ${listener.name}, longest now ${listener.longest} of ${listener.acceptQueue.capacity}`}
                />
              </td>
              <td class="number">{listener.synQueue.length ?? "?"}</td>
              <td class="number">{refusedText(listener)}</td>
              {hasNamespaces ? <td>{listener.namespace}</td> : null}
              <td>{listener.process ?? "?"}</td>
              <td>
                <Worst listener={listener} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function QueueCell({ listener }: { readonly listener: LiveListener }): JSX.Element {
  const { length, capacity } = listener.acceptQueue;
  const isFull = length >= capacity;
  return (
    <span class={isFull ? "bad full-queue" : ""}>
      {length} of {capacity}
      {isFull ? <b> FULL</b> : null}
    </span>
  );
}

function refusedText({ protocol, refusals }: LiveListener): string {
  if (protocol === "unix") return "-";
  return `${refusals.exact ? "" : "about "}${refusals.value}`;
}

const TONES = { critical: "bad", warning: "warning", info: "quiet" } as const;

function Worst({ listener: { findings } }: { readonly listener: LiveListener }): JSX.Element | null {
  const [worst] = findings;
  return worst === undefined ? null : (
    <span class={TONES[worst.severity]}>
      {worst.severity} {worst.code}
    </span>
  );
}

function Notes({ message }: { readonly message: LiveMessage }): JSX.Element {
  return (
    <>
      {message.left > 0 ? <p class="quiet">and {message.left} more, none of them as full</p> : null}
      {message.hiddenProcesses > 0 ? (
        <p class="quiet">
          {message.hiddenProcesses} processes may not be looked into: sudo listenq web names their listeners'
          owners
        </p>
      ) : null}
      {message.findings.map(({ code, title, severity }) => (
        <p key={code} class={TONES[severity]}>
          {severity} {code}: {title}
        </p>
      ))}
    </>
  );
}

function FindingLog({ events }: { readonly events: readonly LiveEvent[] }): JSX.Element {
  return (
    <section aria-label="Findings as they came">
      <h2>Findings as they came</h2>
      <div class="log" role="log" aria-live="polite" aria-label="Findings" tabIndex={0}>
        {events.length === 0 ? <p class="quiet">none since this page was opened</p> : null}
        {events.map(({ at, listener, finding }, place) => (
          <p key={events.length - place} class={TONES[finding.severity]}>
            <span class="time">{at.slice(11, 19)}</span> {listener}: {finding.title}
          </p>
        ))}
      </div>
    </section>
  );
}
