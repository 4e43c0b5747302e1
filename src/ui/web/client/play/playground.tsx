/**
 * The playground: fields on one side, the run on the other. Each change runs the model anew.
 *
 * @module
 */
import type { JSX } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { stageOf } from "../../../../core/stage/index.ts";
import { replaceRoute, route } from "../route.ts";
import { Player, prefersStill } from "../stage/player.ts";
import { runName, WatchedRun } from "../stage/watched-run.tsx";
import type { CatalogueEntry, Difference, RunResult } from "../work/work-messages.ts";
import { ask } from "../work/worker-side.ts";
import { ClaimsHint, ClaimsList } from "./claims-list.tsx";
import { CopyAddress, ExportButtons } from "./export-buttons.tsx";
import { type PlayState, queryOfState, requestsOf, stateFromQuery } from "./play-state.ts";
import { SettingsForm } from "./settings-form.tsx";

/** A run that can be watched. */
interface Shown {
  readonly runs: readonly RunResult[];
  readonly player: Player;
}

/** While somebody types, the model waits for so long. */
const TYPING_MS = 250;

/** The part of the page. */
export function Playground(): JSX.Element {
  const { query } = route.value;
  const state = useMemo(() => stateFromQuery(query), [query.toString()]);
  const catalogue = useCatalogue();
  const { shown, problem } = useRuns(state);
  const difference = useDifference(state, shown);
  const change = (next: PlayState) => replaceRoute("play", queryOfState(next));
  const requests = requestsOf(state);
  return (
    <main class="playground">
      <SettingsForm state={state} catalogue={catalogue} problem={problem} onChange={change} />
      <div class="stage-side">
        {shown === null ? (
          <p class="loading" role="status">
            {problem ?? "The model is loading"}
          </p>
        ) : (
          <>
            <h2 class="question">{shown.runs[0]?.question}</h2>
            {state.settings.arrival === "clicks" && state.experiment === null ? (
              <ClickButton state={state} player={shown.player} onChange={change} />
            ) : null}
            <WatchedRun player={shown.player} runs={shown.runs} />
            <DifferenceList difference={difference} />
            <ClaimsHint player={shown.player} runs={shown.runs} />
            {shown.runs.map((run, place) => (
              <ClaimsList key={place} player={shown.player} run={run} />
            ))}
            {requests.map((request, place) => (
              <ExportButtons
                key={place}
                request={request}
                name={shown.runs.length > 1 ? runName(shown.runs, place) : null}
              />
            ))}
            <CopyAddress />
            <p class="fingerprint quiet">
              Trace of the first run, SHA-256: <code>{shown.runs[0]?.traceHash ?? "not available here"}</code>
              . It is that of <code>listenq simulate --json</code>.
            </p>
          </>
        )}
      </div>
    </main>
  );
}

function useCatalogue(): readonly CatalogueEntry[] {
  const [catalogue, setCatalogue] = useState<readonly CatalogueEntry[]>([]);
  useEffect(() => {
    void ask("catalogue", null).then(setCatalogue);
  }, []);
  return catalogue;
}

/** Runs what the state asks for; an older answer never replaces a newer one. */
function useRuns(state: PlayState): { readonly shown: Shown | null; readonly problem: string | null } {
  const [shown, setShown] = useState<Shown | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const key = queryOfState(state).toString();
  useEffect(() => {
    let isCurrent = true;
    const run = async () => {
      try {
        const runs = await Promise.all(requestsOf(state).map((request) => ask("run", request)));
        if (!isCurrent) return;
        setProblem(null);
        setShown((before) => nextShown(before, runs, state));
      } catch (error) {
        if (isCurrent) setProblem(error instanceof Error ? error.message : String(error));
      }
    };
    const timer = setTimeout(() => void run(), shown === null ? 0 : TYPING_MS);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [key]);
  useEffect(() => () => shown?.player.pause(), [shown]);
  return { shown, problem };
}

/** A click goes on where it was; everything else begins anew, by itself where nothing speaks against it. */
function nextShown(
  before: Shown | null,
  runs: readonly RunResult[],
  { settings, experiment }: PlayState,
): Shown {
  const stages = runs.map(({ scenario, trace }) => stageOf(scenario, trace));
  const player = new Player(stages, before?.player.speed.peek() ?? 1);
  const isClick = experiment === null && settings.arrival === "clicks" && settings.clicks.length > 1;
  if (before !== null && isClick) player.seekRun(before.player.at.peek());
  if (!prefersStill() && before !== null) player.play();
  return { runs, player };
}

/** Why two kernels differ. */
function useDifference(state: PlayState, shown: Shown | null): Difference | null {
  const [difference, setDifference] = useState<Difference | null>(null);
  useEffect(() => {
    let isCurrent = true;
    setDifference(null);
    const [request] = requestsOf(state);
    if (state.otherEra === null || request === undefined || shown === null) return;
    void ask("differ", { ...request, otherEra: state.otherEra }).then((found) => {
      if (isCurrent) setDifference(found);
    });
    return () => {
      isCurrent = false;
    };
  }, [shown]);
  return difference;
}

function DifferenceList({ difference }: { readonly difference: Difference | null }): JSX.Element | null {
  if (difference === null) return null;
  if (difference.reasons.length === 0) return <p class="quiet">Both kernels do the same here.</p>;
  return (
    <ul class="reasons">
      {difference.reasons.map((reason) => (
        <li key={reason}>{reason}</li>
      ))}
    </ul>
  );
}

interface ClickButtonProps {
  readonly state: PlayState;
  readonly player: Player;
  onChange(state: PlayState): void;
}

/** One click, one client, at the moment that is shown. */
function ClickButton({ state, player, onChange }: ClickButtonProps): JSX.Element {
  const click = () => {
    const { clicks } = state.settings;
    const known = clicks.length === 0 ? [0] : clicks;
    const at = Math.round(Math.max(player.at.peek(), ...known.map((one) => one + 1)) * 1000) / 1000;
    onChange({ ...state, settings: { ...state.settings, clicks: [...known, at] } });
  };
  return (
    <p class="click">
      <button type="button" class="primary" onClick={click}>
        Send a client now
      </button>{" "}
      Click quickly to see one refused.
    </p>
  );
}
