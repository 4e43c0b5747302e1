/**
 * One field of a form with its label and, beside it, what is wrong with it.
 *
 * @module
 */
import type { JSX } from "preact";
import { useId } from "preact/hooks";

interface FieldProps {
  readonly label: string;
  readonly value: string;
  readonly problem?: string | null;
  readonly hint?: string;
  onInput(value: string): void;
}

/** A line of text. */
export function TextField({ label, value, problem = null, hint, onInput }: FieldProps): JSX.Element {
  const id = useId();
  return (
    <div class={`field${problem === null ? "" : " wrong"}`}>
      <label for={id}>{label}</label>
      <input
        id={id}
        type="text"
        autocomplete="off"
        spellcheck={false}
        value={value}
        placeholder={hint ?? ""}
        aria-invalid={problem !== null}
        aria-describedby={problem === null ? undefined : `${id}-problem`}
        onInput={({ currentTarget }) => onInput(currentTarget.value)}
      />
      {problem === null ? null : (
        <p id={`${id}-problem`} class="problem">
          {problem}
        </p>
      )}
    </div>
  );
}

interface ChoiceFieldProps extends FieldProps {
  /** Value and words. */
  readonly choices: readonly (readonly [value: string, words: string])[];
}

/** One of several. */
export function ChoiceField({ label, value, choices, onInput }: ChoiceFieldProps): JSX.Element {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select id={id} value={value} onChange={({ currentTarget }) => onInput(currentTarget.value)}>
        {choices.map(([one, words]) => (
          <option key={one} value={one}>
            {words}
          </option>
        ))}
      </select>
    </div>
  );
}
