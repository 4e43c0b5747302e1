/**
 * A way through a small world as a scenario for a real kernel: each step has its moment, and the wire holds, loses or changes what a
 * client sends so that it comes when the way says.
 *
 * @module
 */
import type { ClientPlan, Scenario, ServerCall, WireRule } from "../../../scenario/index.ts";
import { addListener, emptyDraftOf, rule } from "../generate/draft.ts";
import type { Way } from "./cover.ts";
import { LISTENER, type SmallSetting, SYNACK_RETRIES } from "./small-world.ts";

/**
 * A second of the small world is a round of this length, of which steps fill the beginning. A request's timers run for 1 and then
 * 2 s and fire up to 0.2 s late; so they fire between the steps of two rounds, and before those that the way has after them.
 */
const ROUND_MS = 1340;
const STEPS_MS = 200;
const APART_MS = 25;
const FIRST_MS = 20;
const WIRE_MS = 1;
/** After the last step: what it causes is recorded too. */
const REST_MS = 120;

/** The scenario of a way. */
export function scenarioOf(way: Way, { backlog, cookies }: SmallSetting, title: string): Scenario {
  const draft = emptyDraftOf({ delayMs: WIRE_MS, durationMs: 0 });
  draft.sysctls["net.ipv4.tcp_syncookies"] = cookies;
  draft.sysctls["net.ipv4.tcp_synack_retries"] = SYNACK_RETRIES;
  const moments = momentsOf(way);
  const clients: ClientPlan[] = [];
  const calls: ServerCall[] = [];
  for (const [place, step] of way.entries()) {
    const atMs = moments[place] ?? 0;
    if (step.what === "begin") clients.push(clientOf(clients.length, way, moments, atMs));
    if (step.what === "accept") calls.push({ atMs, call: "accept", argument: 1 });
  }
  addListener(draft, backlog, { name: LISTENER, calls });
  const { delayMs, loss, rules: _none, ...rest } = draft;
  const rules = clients.flatMap((client, place) => rulesOfClient(client, place, way, moments));
  const durationMs = (moments.at(-1) ?? 0) + REST_MS;
  const wire = { delayMs, loss, seed: 1, rules };
  return { title, topology: "wire", family: "ipv4", ...rest, clients, wire, durationMs };
}

/** When each step is to be seen at the server. A wait ends where the round of its last timer begins. */
export function momentsOf(way: Way): number[] {
  let seconds = 0;
  const rounds = way.map((step) => {
    if (step.what === "wait") seconds += step.forMs / 1000;
    return seconds;
  });
  return way.map(({ what }, place) => {
    const round = rounds[place] ?? 0;
    const inRound = way.flatMap((step, at) => (rounds[at] === round && step.what !== "wait" ? [at] : []));
    const apart = Math.min(APART_MS, STEPS_MS / Math.max(1, inRound.length));
    const before = what === "wait" ? 0 : inRound.indexOf(place);
    return FIRST_MS + round * ROUND_MS + Math.round(before * apart);
  });
}

function clientOf(place: number, way: Way, moments: readonly number[], atMs: number): ClientPlan {
  const leaves = momentOf("leave", place, way, moments);
  return {
    name: `client ${place + 1}`,
    atMs,
    listener: LISTENER,
    sendBytes: 0,
    closeAfterMs: leaves === null ? null : leaves - atMs,
    closeBy: "RST",
    fastOpen: false,
  };
}

/** What the wire does with a client's packets. A way that ends before a client's next packet loses that packet. */
function rulesOfClient(
  { name: client, atMs }: ClientPlan,
  place: number,
  way: Way,
  moments: readonly number[],
): WireRule[] {
  // Its SYN goes through once; the first rule that fits decides.
  const synOf = { from: "client", client, flags: "S" } as const;
  const syns = [rule({ ...synOf, nth: 1, action: "hold" }), rule(synOf)];
  const kind = way.flatMap((step) => (step.what === "begin" ? [step.kind] : []))[place];
  const acknowledges = momentOf("acknowledge", place, way, moments);
  const resets = momentOf("reset", place, way, moments);
  // Its own ACK sets out when the SYN+ACK has come back.
  const byMs = (acknowledges ?? resets ?? 0) - atMs - 2 * WIRE_MS;
  const first = { from: "client", client, flags: ".", nth: 1 } as const;
  if (acknowledges !== null) return [...syns, rule({ ...first, action: "hold", byMs })];
  if (resets !== null) {
    const forgery = { seqBy: 0, ackBy: 0, flags: "R" };
    return [...syns, rule({ ...first, action: "replace", byMs, forgery })];
  }
  return [...syns, rule({ ...first, nth: kind === "late" ? 1 : null })];
}

function momentOf(
  what: "acknowledge" | "reset" | "leave",
  client: number,
  way: Way,
  moments: readonly number[],
): number | null {
  const at = way.findIndex((step) => step.what === what && step.client === client);
  return at < 0 ? null : (moments[at] ?? null);
}
