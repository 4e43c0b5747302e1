/**
 * What is chosen in the playground, and its form in the address.
 *
 * @module
 */
import { ERA_NAMES, NEWEST_ERA } from "../../../../core/model/rules/eras.ts";
import { FIRST_SETTINGS, isStorm, type PlaySettings, settingsText } from "../../../../core/stage/index.ts";
import type { RunRequest, RunSource } from "../work/work-messages.ts";

/** Everything that decides what is shown. */
export interface PlayState {
  /** An experiment's name; null where the fields or a text decide. */
  readonly experiment: string | null;
  /** A scenario that was dropped or typed; null where the fields or an experiment decide. */
  readonly text: string | null;
  readonly settings: PlaySettings;
  readonly era: string;
  /** Another kernel beside it, or null. */
  readonly otherEra: string | null;
  /** Another backlog beside it; null or a text as typed. */
  readonly otherBacklog: string | null;
}

const LIST = "clicks";

/** The state of an address; what it leaves out is as at the beginning. */
export function stateFromQuery(query: URLSearchParams): PlayState {
  const settings = Object.fromEntries(
    Object.entries(FIRST_SETTINGS).map(([name, first]) => {
      const given = query.get(name);
      if (name === LIST)
        return [name, (given ?? "").split(" ").filter(Boolean).map(Number).filter(Number.isFinite)];
      return [name, given ?? first];
    }),
  ) as unknown as PlaySettings;
  return {
    experiment: query.get("experiment"),
    text: query.get("scenario"),
    settings,
    era: knownEra(query.get("kernel")) ?? NEWEST_ERA,
    otherEra: knownEra(query.get("beside")),
    otherBacklog: query.get("besideBacklog"),
  };
}

/** The shortest form of a state. */
export function queryOfState(state: PlayState): URLSearchParams {
  const query = new URLSearchParams();
  if (state.experiment !== null) query.set("experiment", state.experiment);
  else if (state.text !== null) query.set("scenario", state.text);
  else
    for (const [name, value] of Object.entries(state.settings)) {
      const text = Array.isArray(value) ? value.join(" ") : String(value);
      const first = FIRST_SETTINGS[name as keyof PlaySettings];
      if (text !== (Array.isArray(first) ? first.join(" ") : first)) query.set(name, text);
    }
  if (state.era !== NEWEST_ERA) query.set("kernel", state.era);
  if (state.otherEra !== null) query.set("beside", state.otherEra);
  if (state.otherBacklog !== null) query.set("besideBacklog", state.otherBacklog);
  return query;
}

/** What the worker is to run: one, or two to be watched beside each other. */
export function requestsOf(state: PlayState): RunRequest[] {
  const seed = Number(state.settings.seed) || 1;
  const first = { source: sourceOf(state, state.settings), era: state.era, seed };
  if (state.otherEra !== null) return [first, { ...first, era: state.otherEra }];
  if (state.otherBacklog === null || state.experiment !== null || state.text !== null) return [first];
  const other = { ...state.settings, backlog: state.otherBacklog };
  return [first, { ...first, source: sourceOf(state, other) }];
}

function sourceOf({ experiment, text }: PlayState, settings: PlaySettings): RunSource {
  if (experiment !== null) return { kind: "experiment", name: experiment };
  if (text === null && isStorm(settings)) return { kind: "storm", name: "playground", settings };
  return { kind: "text", name: "playground", text: text ?? settingsText(settings) };
}

function knownEra(name: string | null): string | null {
  return ERA_NAMES.find((era) => era === name) ?? null;
}
