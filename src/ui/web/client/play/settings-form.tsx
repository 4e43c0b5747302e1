/**
 * The playground's fields.
 *
 * @module
 */
import type { JSX } from "preact";
import { ERA_NAMES } from "../../../../core/model/rules/eras.ts";
import { FIRST_SETTINGS, fieldOfError, type PlaySettings } from "../../../../core/stage/index.ts";
import type { CatalogueEntry } from "../work/work-messages.ts";
import { ChoiceField, TextField } from "./field.tsx";
import type { PlayState } from "./play-state.ts";

interface SettingsFormProps {
  readonly state: PlayState;
  readonly catalogue: readonly CatalogueEntry[];
  /** What the parser said, or null. */
  readonly problem: string | null;
  onChange(state: PlayState): void;
}

const OWN = "";
/** Where the fields would push the run out of sight, they are folded at first. */
const NARROW = "(max-width: 860px)";
const ERAS = ERA_NAMES.map((era) => [era, `Linux ${era}`] as const);

/** All of them: the preset, the kernels, and the fields where no preset decides. */
export function SettingsForm({ state, catalogue, problem, onChange }: SettingsFormProps): JSX.Element {
  const presets = [
    [OWN, "Your own settings"],
    ...catalogue.map(({ name }) => [name, name] as const),
  ] as const;
  return (
    <form class="settings" aria-label="Settings" onSubmit={(event) => event.preventDefault()}>
      <ChoiceField
        label="Experiment"
        value={state.experiment ?? OWN}
        choices={presets}
        onInput={(name) => onChange({ ...state, text: null, experiment: name === OWN ? null : name })}
      />
      <div class="pair">
        <ChoiceField
          label="Kernel"
          value={state.era}
          choices={ERAS}
          onInput={(era) => onChange({ ...state, era })}
        />
        <ChoiceField
          label="Beside it"
          value={state.otherEra ?? OWN}
          choices={[[OWN, "nothing"], ...ERAS]}
          onInput={(era) => onChange({ ...state, otherEra: era === OWN ? null : era, otherBacklog: null })}
        />
      </div>
      {state.experiment === null && state.text === null ? (
        <details class="own-fields" open={!matchMedia(NARROW).matches}>
          <summary>Backlog, clients, wire, sysctls</summary>
          <OwnFields state={state} problem={problem} onChange={onChange} />
        </details>
      ) : (
        <button
          type="button"
          onClick={() => onChange({ ...state, experiment: null, text: null, settings: FIRST_SETTINGS })}
        >
          Use your own settings
        </button>
      )}
      {problem === null ? null : (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
    </form>
  );
}

type OwnFieldsProps = Pick<SettingsFormProps, "state" | "problem" | "onChange">;

function OwnFields({ state, problem, onChange }: OwnFieldsProps): JSX.Element {
  const { settings } = state;
  const wrong = problem === null ? null : fieldOfError(problem, settings);
  const set = (change: Partial<PlaySettings>) => onChange({ ...state, settings: { ...settings, ...change } });
  const text = (name: Exclude<keyof PlaySettings, "clicks">, label: string) => (
    <TextField
      label={label}
      value={settings[name]}
      problem={wrong === name ? problem : null}
      onInput={(value) => set({ [name]: value })}
    />
  );
  return (
    <>
      <fieldset>
        <legend>Server</legend>
        <div class="pair">
          {text("backlog", "Backlog")}
          <TextField
            label="Backlog beside it"
            value={state.otherBacklog ?? ""}
            hint="none"
            onInput={(value) =>
              onChange({ ...state, otherEra: null, otherBacklog: value === "" ? null : value })
            }
          />
        </div>
        <div class="pair">
          <ChoiceField
            label="accept()"
            value={settings.accept}
            choices={ACCEPT_WORDS}
            onInput={(accept) => set({ accept })}
          />
          {text("hold", "Holds each for")}
        </div>
      </fieldset>
      <fieldset>
        <legend>Clients</legend>
        <div class="pair">
          <ChoiceField
            label="They come"
            value={settings.arrival}
            choices={ARRIVAL_WORDS}
            onInput={(arrival) => set({ arrival })}
          />
          <ChoiceField
            label="Each of them"
            value={settings.clientKind}
            choices={KIND_WORDS}
            onInput={(clientKind) => set({ clientKind })}
          />
        </div>
        {settings.arrival === "clicks" ? null : (
          <div class="pair">
            {text("clients", "How many")}
            {text("every", settings.arrival === "bursts" ? "A burst every" : "One every")}
          </div>
        )}
        {settings.arrival === "bursts" ? text("burst", "Clients in a burst") : null}
      </fieldset>
      <fieldset>
        <legend>Wire</legend>
        <div class="pair">
          {text("roundTrip", "Round trip")}
          {text("loss", "Loss (%)")}
        </div>
      </fieldset>
      <fieldset>
        <legend>Sysctls</legend>
        <div class="pair">
          {text("somaxconn", "somaxconn")}
          {text("syncookies", "tcp_syncookies")}
        </div>
        <div class="pair">
          {text("abortOnOverflow", "abort_on_overflow")}
          {text("seed", "Random seed")}
        </div>
        {text("sysctls", "Another sysctl, name = value")}
      </fieldset>
    </>
  );
}

const ACCEPT_WORDS = [
  ["one-at-a-time", "one at a time"],
  ["at-once", "at once"],
  ["never", "never"],
] as const;
const ARRIVAL_WORDS = [
  ["steady", "steadily"],
  ["poisson", "at random (Poisson)"],
  ["bursts", "in bursts"],
  ["flood", "as a SYN flood"],
  ["clicks", "when I click"],
] as const;
const KIND_WORDS = [
  ["sends", "send a request"],
  ["silent", "wait for the server"],
  ["impatient", "give up after 0.8 s"],
] as const;
