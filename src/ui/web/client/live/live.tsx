/**
 * This machine's listeners, live: every one with its queue over the last minutes, findings as they come, one in detail.
 *
 * @module
 */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { LiveListener, LiveMessage } from "../../../../core/report/document/live-document.ts";
import { access, CLOSED_WORDS } from "../server-access.ts";
import { ListenerDetail } from "./listener-detail.tsx";
import { LiveChart } from "./live-chart.tsx";
import { FindingLog, VictimLog } from "./live-logs.tsx";
import type { LiveState } from "./live-state.ts";
import { useLiveStream } from "./live-stream.ts";
import { TONES } from "./tones.ts";

/** The part of the page. */
export function Live(): JSX.Element {
  const [chosen, setChosen] = useState<string | null>(null);
  const { state, problem } = useLiveStream(access.value === "open", chosen);
  if (access.value === "closed")
    return (
      <main>
        <h1>Live</h1>
        <p>{CLOSED_WORDS}</p>
      </main>
    );
  const { last, history, events, victims } = state;
  const listener = last?.listeners.find(({ key }) => key === chosen);
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
          {listener === undefined ? null : (
            <ListenerDetail
              listener={listener}
              opened={last.opened?.key === listener.key ? last.opened : null}
              history={history.get(listener.key)}
              onClose={() => setChosen(null)}
            />
          )}
          <ListenerTable message={last} state={state} onChoose={setChosen} />
          <Notes message={last} />
          <FindingLog events={events} />
          <VictimLog lines={victims} needs={last.victims.needs} />
        </>
      )}
    </main>
  );
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
            <th scope="col">finding</th>
            <th scope="col" class="wide">
              last minutes
            </th>
            <th scope="col" class="number">
              SYN queue
            </th>
            <th scope="col" class="number">
              refused
            </th>
            {hasNamespaces ? <th scope="col">namespace</th> : null}
            <th scope="col">process</th>
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
              <td class="worst">
                <Worst listener={listener} />
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

function Worst({ listener: { findings } }: { readonly listener: LiveListener }): JSX.Element | null {
  const [worst] = findings;
  return worst === undefined ? null : (
    <span class={TONES[worst.severity]}>
      <b>{worst.severity}</b> {worst.code}
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
