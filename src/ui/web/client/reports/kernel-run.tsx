/**
 * A built-in experiment on this machine's kernel, in namespaces of its own, watched like a run of the model.
 *
 * @module
 */
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { ClaimResult } from "../../../../core/experiment/index.ts";
import { NEWEST_ERA, rulesOf } from "../../../../core/model/index.ts";
import type { Scenario } from "../../../../core/scenario/index.ts";
import { stageOf } from "../../../../core/stage/index.ts";
import type { Trace } from "../../../../core/trace/index.ts";
import { ClaimsHint, ClaimsList } from "../play/claims-list.tsx";
import { Player, prefersStill } from "../stage/player.ts";
import { WatchedRun } from "../stage/watched-run.tsx";
import type { CatalogueEntry, RunResult } from "../work/work-messages.ts";
import { ask } from "../work/worker-side.ts";

/** What of `listenq lab run --json` is used. */
interface LabDocument {
  readonly kernel: { readonly release: string; readonly era: string | null };
  readonly experiments: readonly {
    readonly name: string;
    readonly question: string;
    readonly scenario: Scenario | null;
    readonly claims: readonly ClaimResult[];
    readonly trace: Trace | null;
    readonly reason: string | null;
  }[];
}

interface Watched {
  readonly run: RunResult;
  readonly player: Player;
}

/** The choice, the button, and the run. */
export function KernelRun(): JSX.Element {
  const [catalogue, setCatalogue] = useState<readonly CatalogueEntry[]>([]);
  const [name, setName] = useState("overflow-drop");
  const [words, setWords] = useState<string | null>(null);
  const [watched, setWatched] = useState<Watched | null>(null);
  const [isRunning, setRunning] = useState(false);
  useEffect(() => {
    void ask("catalogue", null).then(setCatalogue);
  }, []);
  useEffect(() => () => watched?.player.pause(), [watched]);
  const run = async () => {
    setRunning(true);
    setWords(null);
    try {
      setWatched(await runOnKernel(name));
    } catch (error) {
      setWords(error instanceof Error ? error.message : String(error));
    }
    setRunning(false);
  };
  return (
    <section class="kernel-run" aria-label="An experiment on this kernel">
      <h2>An experiment on this kernel</h2>
      <p class="quiet">
        It runs in namespaces of its own, which vanish with it; no sysctl of this machine is touched.
      </p>
      <p class="exports">
        <label>
          Experiment{" "}
          <select
            value={name}
            disabled={catalogue.length === 0}
            onChange={({ currentTarget }) => setName(currentTarget.value)}
          >
            {catalogue.map((one) => (
              <option key={one.name} value={one.name}>
                {one.name}
              </option>
            ))}
          </select>
        </label>
        <button type="button" class="primary" disabled={isRunning} onClick={() => void run()}>
          {isRunning ? "Running" : "Run it on this kernel"}
        </button>
      </p>
      {words === null ? null : (
        <p class="problem" role="alert">
          {words}
        </p>
      )}
      {watched === null ? null : (
        <>
          <h3>{watched.run.question}</h3>
          <WatchedRun player={watched.player} runs={[watched.run]} />
          <ClaimsHint player={watched.player} runs={[watched.run]} />
          <ClaimsList player={watched.player} run={watched.run} />
        </>
      )}
    </section>
  );
}

async function runOnKernel(name: string): Promise<Watched> {
  const answer = await fetch("api/lab", { method: "POST", body: name });
  if (!answer.ok) throw new Error((await answer.text()).trim());
  const { kernel, experiments } = (await answer.json()) as LabDocument;
  const [one] = experiments;
  if (one === undefined || one.scenario === null || one.trace === null)
    throw new Error(one?.reason ?? "nothing was recorded");
  const rules = { ...rulesOf(kernel.era ?? NEWEST_ERA), name: kernel.release };
  const { scenario, trace, claims, question } = one;
  const run = {
    scenario,
    trace,
    readings: null,
    traceHash: null,
    rules,
    name,
    question,
    words: [],
    claims,
    outcome: null,
  };
  const player = new Player([stageOf(scenario, trace)], 1);
  if (!prefersStill()) player.play();
  return { run, player };
}
