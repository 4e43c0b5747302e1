/**
 * When each line of a packetdrill script happens. The connections that fill the queue are made by a shell, which takes a while, so
 * what the script itself does waits for them; a timer counts from the SYN and keeps its time.
 *
 * @module
 */

/** One line. */
export interface ScriptLine {
  /** In the run; later in the script. */
  readonly atMs: number;
  /** `fill`: a shell connects. `drive`: a call, or a packet that is put in. `expect`: a packet that must come out. */
  readonly kind: "fill" | "drive" | "expect";
  readonly text: string;
}

/** Loopback connections are there within this time. */
const FILLING_MS = 200;
/** What comes out this soon after something was put in is its answer, and not a timer's. */
const ANSWER_MS = 5;

/**
 * Moves lines to their times in the script, which begins at 0, and puts them in order.
 *
 * @param beganAtMs when the client's SYN came
 */
export function scriptTimes(lines: readonly ScriptLine[], beganAtMs: number): ScriptLine[] {
  const before = lines.filter(({ atMs, kind }) => kind === "fill" && atMs <= beganAtMs);
  const begin = before.length === 0 ? 0 : FILLING_MS;
  const after = lines
    .filter((line) => !before.includes(line))
    .map((line) => ({ ...line, atMs: line.atMs - beganAtMs + begin }))
    .sort((one, other) => one.atMs - other.atMs);
  const moved = waitForFillers(after).sort((one, other) => one.atMs - other.atMs);
  return [...before.map((line) => ({ ...line, atMs: 0 })), ...moved];
}

function waitForFillers(lines: readonly ScriptLine[]): ScriptLine[] {
  let readyMs = 0;
  let driven = { was: Number.NEGATIVE_INFINITY, is: 0 };
  return lines.map((line) => {
    const was = line.atMs;
    if (line.kind === "fill") readyMs = was + FILLING_MS;
    if (line.kind === "fill") return line;
    const isAnswer = line.kind === "expect" && was - driven.was < ANSWER_MS;
    if (line.kind === "expect") return { ...line, atMs: isAnswer ? driven.is + was - driven.was : was };
    driven = { was, is: Math.max(was, readyMs) };
    return { ...line, atMs: driven.is };
  });
}
