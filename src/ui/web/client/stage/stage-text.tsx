/**
 * The stage as text, for eyes, keyboards and screen readers alike: both queues as lists, what every client believes, and the
 * log of what happens.
 *
 * @module
 */
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Stage, StageListener } from "../../../../core/stage/index.ts";
import { beliefOf } from "./draw-clients.ts";
import type { Player } from "./player.ts";
import { useLinesSaid, useMoment } from "./use-shown.ts";

/** More lines than this are in the report. */
const MOST_LINES = 60;
const MOST_NAMES = 60;

interface StageProps {
  readonly player: Player;
  readonly stage: Stage;
}

/** Both queues of every listener. */
export function QueueLists({ player, stage }: StageProps): JSX.Element {
  const { listeners } = useMoment(player, stage);
  return (
    <div class="queues">
      {listeners.map((listener) => (
        <ListenerLists key={listener.name} listener={listener} hasName={listeners.length > 1} />
      ))}
    </div>
  );
}

function ListenerLists({
  listener,
  hasName,
}: {
  readonly listener: StageListener;
  readonly hasName: boolean;
}): JSX.Element {
  const { name, limit, acceptQueue, synQueue, acceptNames, synNames, heldNames, refused } = listener;
  const of = hasName ? ` of ${name}` : "";
  const isFull = acceptQueue > limit;
  return (
    <div class="listener-lists">
      <NameList label={`SYN queue${of}`} count={`${synQueue}`} names={synNames} kind="syn" />
      <NameList
        label={`Accept queue${of}`}
        count={`${acceptQueue} of ${limit + 1}${isFull ? " FULL" : ""}`}
        names={acceptNames}
        kind={isFull ? "accept full" : "accept"}
      />
      <NameList
        label={`Held by the program${of}`}
        count={`${heldNames.length}`}
        names={heldNames}
        kind="held"
      />
      <p class="refusals">
        Refused by the full accept queue{of}: <b>{refused}</b>
      </p>
    </div>
  );
}

interface NameListProps {
  readonly label: string;
  readonly count: string;
  readonly names: readonly string[];
  readonly kind: string;
}

function NameList({ label, count, names, kind }: NameListProps): JSX.Element {
  const left = names.length - MOST_NAMES;
  return (
    <section class={`name-list ${kind}`} aria-label={label}>
      <h4>
        {label} <span class="count">{count}</span>
      </h4>
      {names.length === 0 ? (
        <p class="quiet">nobody</p>
      ) : (
        <ol>
          {names.slice(0, MOST_NAMES).map((name) => (
            <li key={name}>{name}</li>
          ))}
          {left > 0 ? <li>and {left} more</li> : null}
        </ol>
      )}
    </section>
  );
}

/** What every client knows of its own connection; made only while it is open. */
export function ClientTable(props: StageProps): JSX.Element {
  const [isOpen, setOpen] = useState(false);
  return (
    <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>What each client believes, and where the server's kernel has it</summary>
      {isOpen ? <ClientRows {...props} /> : null}
    </details>
  );
}

function ClientRows({ player, stage }: StageProps): JSX.Element {
  const { clients } = useMoment(player, stage);
  if (clients.length === 0) return <p class="quiet">So many clients have no names here.</p>;
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">client</th>
          <th scope="col">believes</th>
          <th scope="col">at the server</th>
          <th scope="col">refused</th>
        </tr>
      </thead>
      <tbody>
        {clients.map((client) => (
          <tr key={client.name}>
            <th scope="row">{client.name}</th>
            <td>{beliefOf(client) || "nothing yet"}</td>
            <td>{client.place}</td>
            <td class="number">{client.refused}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** What has happened so far, the newest last. */
export function StoryLog({ player, stage }: StageProps): JSX.Element {
  const region = useRef<HTMLDivElement>(null);
  const until = useLinesSaid(player, stage);
  useEffect(() => {
    if (region.current !== null) region.current.scrollTop = region.current.scrollHeight;
  }, [until]);
  const from = Math.max(0, until - MOST_LINES);
  return (
    <div class="log" ref={region} role="log" aria-live="polite" aria-label="What happens" tabIndex={0}>
      {stage.story.slice(from, until).map(({ at, text, tone }, place) => (
        <p key={from + place} class={tone}>
          <span class="time">{(at / 1000).toFixed(3)}</span>{" "}
          <span>
            {tone === "bad" ? "\u2715 " : ""}
            {text}
          </span>
        </p>
      ))}
    </div>
  );
}
