/**
 * An experiment's question, and, once its run was seen to the end, its claims with their evidence.
 *
 * @module
 */
import type { JSX } from "preact";
import type { Player } from "../stage/player.ts";
import { WithCode } from "../with-code.tsx";
import type { RunResult } from "../work/work-messages.ts";

/** Said until the end, once for all runs beside each other. */
export function ClaimsHint({
  player,
  runs,
}: {
  readonly player: Player;
  readonly runs: readonly RunResult[];
}): JSX.Element | null {
  const count = Math.max(0, ...runs.map(({ claims }) => claims.length));
  if (count === 0 || player.isAtEnd.value) return null;
  return (
    <p class="quiet">Play it to the end, or step through it, to see which of its {count} claims hold.</p>
  );
}

/** The claims of one run; nothing for a scenario that claims nothing. */
export function ClaimsList({
  player,
  run,
}: {
  readonly player: Player;
  readonly run: RunResult;
}): JSX.Element | null {
  const { claims, words } = run;
  if (claims.length === 0 || !player.isAtEnd.value) return null;
  const held = claims.filter(({ holds }) => holds).length;
  return (
    <section aria-label="Claims" class="claims">
      <h3>
        {held} of {claims.length} claims hold on Linux {run.rules.name}
      </h3>
      <ul>
        {claims.map(({ id, text, holds, evidence }) => (
          <li key={id}>
            <b class={holds ? "good" : "bad"}>{holds ? "\u2713 holds" : "\u2715 fails"}</b> {text}
            <span class="quiet evidence">{evidence.text}</span>
          </li>
        ))}
      </ul>
      {words.map((paragraph) => (
        <p key={paragraph}>
          <WithCode text={paragraph} />
        </p>
      ))}
    </section>
  );
}
