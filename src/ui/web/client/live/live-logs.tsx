/**
 * What comes while somebody watches: findings, and clients that are refused, the newest first.
 *
 * @module
 */
import type { JSX } from "preact";
import type { LiveVictim } from "../../../../core/report/document/live-document.ts";
import type { LiveEvent } from "./live-state.ts";
import { TONES } from "./tones.ts";

/** The findings. */
export function FindingLog({ events }: { readonly events: readonly LiveEvent[] }): JSX.Element {
  return (
    <section aria-label="Findings as they came">
      <h2>Findings as they came</h2>
      <div class="log" role="log" aria-live="polite" aria-label="Findings" tabIndex={0}>
        {events.length === 0 ? <p class="quiet alone">none since this page was opened</p> : null}
        {events.map(({ at, listener, finding }, place) => (
          <p key={events.length - place} class={TONES[finding.severity]}>
            <span class="time">{at.slice(11, 19)}</span>{" "}
            <span>
              {listener}: {finding.title}
            </span>
          </p>
        ))}
      </div>
    </section>
  );
}

interface VictimLogProps {
  readonly lines: readonly LiveVictim[];
  /** Why nobody can be named here; else null. */
  readonly needs: string | null;
}

/** The clients, of every namespace of the machine. */
export function VictimLog({ lines, needs }: VictimLogProps): JSX.Element {
  return (
    <section aria-label="Who is refused">
      <h2>Who is refused</h2>
      {needs === null ? (
        <div class="log" role="log" aria-live="polite" aria-label="Refused clients" tabIndex={0}>
          {lines.length === 0 ? (
            <p class="quiet alone">
              The kernel has named nobody since this page was opened, in any namespace. A refused SYN fires no
              event: the column "refused" counts those too.
            </p>
          ) : null}
          {lines.map(({ id, at, listener, client, what }) => (
            <p key={id}>
              <span class="time">{at.slice(11, 23)}</span>{" "}
              <span>
                <b>{client}</b> at {listener}: {what}
              </span>
            </p>
          ))}
        </div>
      ) : (
        <p class="quiet">
          Clients cannot be named: {needs}. What is counted of them stands in the column "refused".
        </p>
      )}
    </section>
  );
}
