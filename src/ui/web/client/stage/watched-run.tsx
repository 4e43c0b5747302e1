/**
 * A run, or two beside each other, with everything that there is to see of it.
 *
 * @module
 */
import type { JSX } from "preact";
import { lsText, type Stage, ssText } from "../../../../core/stage/index.ts";
import type { RunResult } from "../work/work-messages.ts";
import type { Player } from "./player.ts";
import { QueueChart } from "./queue-chart.tsx";
import { ClientTable, QueueLists, StoryLog } from "./stage-text.tsx";
import { StageView } from "./stage-view.tsx";
import { Transport } from "./transport.tsx";
import { useMoment, useNstat } from "./use-shown.ts";

/** What is watched: as many runs as the player has stages. */
export interface WatchedRunProps {
  readonly player: Player;
  readonly runs: readonly RunResult[];
  /** The figures of the lessons show the stage and the log alone. */
  readonly isBrief?: boolean;
}

/** The stage with its controls, lists, log and charts. */
export function WatchedRun({ player, runs, isBrief = false }: WatchedRunProps): JSX.Element {
  return (
    <div class="watched">
      {runs.map((_, place) => {
        const stage = player.stages[place];
        return stage === undefined ? null : (
          <section key={place} class="run" aria-label={runs.length > 1 ? runName(runs, place) : "The run"}>
            {runs.length > 1 ? <h3>{runName(runs, place)}</h3> : null}
            <StageView player={player} stage={stage} />
          </section>
        );
      })}
      <Transport player={player} />
      <div class={runs.length > 1 ? "beside" : "alone"}>
        {runs.map((run, place) => {
          const stage = player.stages[place];
          return stage === undefined ? null : (
            <RunText
              key={place}
              player={player}
              stage={stage}
              run={run}
              name={runs.length > 1 ? runName(runs, place) : null}
              isBrief={isBrief}
            />
          );
        })}
      </div>
    </div>
  );
}

/** What is different of one among several: its kernel, or its backlog. */
export function runName(runs: readonly RunResult[], place: number): string {
  const backlogsOf = ({ scenario }: RunResult) => scenario.listeners.map(({ backlog }) => backlog).join(", ");
  const run = runs[place];
  if (run === undefined) return "";
  const isOtherKernel = runs.some(({ rules }) => rules.name !== run.rules.name);
  return isOtherKernel ? `Linux ${run.rules.name}` : `backlog ${backlogsOf(run)}`;
}

interface RunTextProps {
  readonly player: Player;
  readonly stage: Stage;
  readonly run: RunResult;
  /** Null where there is no other beside it. */
  readonly name: string | null;
  readonly isBrief: boolean;
}

function RunText({ player, stage, run, name, isBrief }: RunTextProps): JSX.Element {
  return (
    <div class="run-text">
      {name === null ? null : <h3>{name}</h3>}
      {run.outcome === null ? null : <p class="outcome">{run.outcome}</p>}
      <div class="columns">
        <QueueLists player={player} stage={stage} />
        <StoryLog player={player} stage={stage} />
      </div>
      {isBrief ? null : (
        <>
          <ClientTable player={player} stage={stage} />
          {run.scenario.listeners.map(({ name }) => (
            <QueueChart key={name} player={player} samples={run.trace.samples} listener={name} />
          ))}
          <Commands player={player} stage={stage} run={run} />
        </>
      )}
    </div>
  );
}

/** What a person who types a command at that moment would see. */
function Commands({ player, stage, run }: Pick<RunTextProps, "player" | "stage" | "run">): JSX.Element {
  const moment = useMoment(player, stage);
  const [ss, ls] = [ssText(run.scenario, moment), lsText(run.scenario, run.rules, moment)];
  const nstat = useNstat(player, run);
  return (
    <section class="commands" aria-label="What a person would see now">
      <h4>What you would see at this moment</h4>
      <pre tabIndex={0} aria-label="ss -lnt">{`$ ss -lnt\n${ss}`}</pre>
      <pre tabIndex={0} aria-label="listenq ls">{`$ listenq ls\n${ls}`}</pre>
      <pre class="wrapped" tabIndex={0} aria-label="nstat">
        {nstat}
      </pre>
    </section>
  );
}
