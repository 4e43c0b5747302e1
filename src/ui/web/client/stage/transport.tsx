/**
 * Play, pause, step, speed and scrub. Each is a plain control with a name, so that the keyboard has it too.
 *
 * @module
 */
import type { JSX } from "preact";
import { type Player, SPEEDS } from "./player.ts";

/** The controls of a player. */
export function Transport({ player }: { readonly player: Player }): JSX.Element {
  const isPlaying = player.isPlaying.value;
  const seconds = `${(player.at.value / 1000).toFixed(3)} s`;
  return (
    <div class="transport" role="group" aria-label="Playback">
      <button type="button" class="icon" aria-label="Back to the start" onClick={() => player.seek(0)}>
        <Icon path="M4 3v10M13 3.5L6.5 8l6.5 4.5z" />
      </button>
      <button type="button" class="icon" aria-label="Step back" onClick={() => player.stepBack()}>
        <Icon path="M12.5 8h-9M7.5 3.5L3 8l4.5 4.5" />
      </button>
      <button type="button" class="primary" onClick={() => player.toggle()}>
        {isPlaying ? "Pause" : player.isAtEnd.value ? "Play again" : "Play"}
      </button>
      <button type="button" class="icon" aria-label="Step on" onClick={() => player.stepOn()}>
        <Icon path="M3.5 8h9M8.5 3.5L13 8l-4.5 4.5" />
      </button>
      <input
        type="range"
        class="scrub"
        aria-label="Time"
        aria-valuetext={seconds}
        min="0"
        max={player.pace.endMs}
        step="any"
        value={player.shown.value}
        onInput={({ currentTarget }) => player.seek(Number(currentTarget.value))}
      />
      <span class="clock">{seconds}</span>
      <label class="speed">
        Speed{" "}
        <select
          value={String(player.speed.value)}
          onChange={({ currentTarget }) => {
            player.speed.value = Number(currentTarget.value);
          }}
        >
          {SPEEDS.map((speed) => (
            <option key={speed} value={String(speed)}>
              {`${speed}\u00d7`}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}

function Icon({ path }: { readonly path: string }): JSX.Element {
  return (
    <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <path
        d={path}
        fill="none"
        stroke="currentColor"
        stroke-width="1.8"
        stroke-linejoin="round"
        stroke-linecap="round"
      />
    </svg>
  );
}
