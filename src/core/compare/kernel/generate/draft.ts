/**
 * The pieces of which random scenarios are made: clients in bursts, packets that the wire loses, listeners. Each piece keeps
 * away from what a real kernel does not decide the same way twice (docs/verify.md lists it).
 *
 * @module
 */
import type {
  AcceptPlan,
  ClientPlan,
  ListenerPlan,
  Scenario,
  ServerCall,
  SysctlChange,
  WireRule,
} from "../../../scenario/index.ts";
import type { Choices } from "../random.ts";

/** Events of a plan are so far apart that their order at the server is not a matter of luck. */
export const APART_MS = 25;

/** A scenario that is being put together. */
export interface Draft {
  readonly sysctls: Record<string, number>;
  readonly changes: SysctlChange[];
  readonly rules: WireRule[];
  readonly listeners: ListenerPlan[];
  readonly clients: ClientPlan[];
  /** When the socket tables are looked at, which shows the requests of a closed listener too. */
  readonly lookAtMs: number[];
  delayMs: number;
  loss: number;
  durationMs: number;
}

/** What every random draft begins with. */
export function emptyDraft(choose: Choices): Draft {
  const delayMs = choose.pick([1, 5, 10, 20, 20, 40]);
  return emptyDraftOf({ delayMs, durationMs: choose.whole(20, 75) * 100 });
}

/** A draft in which nobody does anything. */
export function emptyDraftOf(lasting: Pick<Draft, "delayMs" | "durationMs">): Draft {
  const nobody = { sysctls: {}, changes: [], rules: [], listeners: [], clients: [], lookAtMs: [] };
  return { ...nobody, loss: 0, ...lasting };
}

/** A silent server that accepts nothing by itself. */
const NEVER: AcceptPlan = { how: "never", holdMs: 0, answerBytes: 130, speaksFirst: "client" };

/** Adds a listener. Its calls are in order and apart. */
export function addListener(draft: Draft, backlog: number, more: Partial<ListenerPlan> = {}): ListenerPlan {
  const place = draft.listeners.length;
  const listener: ListenerPlan = {
    name: place === 0 ? "listener" : `listener ${place + 1}`,
    port: 8088 + place,
    backlog,
    reusePort: false,
    deferAcceptS: 0,
    fastOpenQueue: 0,
    accept: NEVER,
    calls: [],
    ...more,
  };
  draft.listeners.push(listener);
  return listener;
}

/** Adds a client and returns it. */
export function addClient(draft: Draft, atMs: number, more: Partial<ClientPlan> = {}): ClientPlan {
  const client: ClientPlan = {
    name: `client ${draft.clients.length + 1}`,
    atMs,
    listener: draft.listeners[0]?.name ?? "listener",
    sendBytes: 0,
    closeAfterMs: null,
    closeBy: "FIN",
    fastOpen: false,
    ...more,
  };
  draft.clients.push(client);
  return client;
}

/** Several clients: in one burst, or one after the other. */
export function addClients(
  draft: Draft,
  choose: Choices,
  { count, atMs }: { readonly count: number; readonly atMs: number },
  more: (place: number) => Partial<ClientPlan> = () => ({}),
): ClientPlan[] {
  const gapMs = choose.pick([0, 0, APART_MS, 60, 150]);
  return Array.from({ length: count }, (_, place) => addClient(draft, atMs + place * gapMs, more(place)));
}

/** The wire loses everything that this client sends after its SYN: it stays half-open. */
export function keepHalfOpen(draft: Draft, { name }: ClientPlan): void {
  for (const flags of [".", "P.", "F."]) draft.rules.push(rule({ from: "client", client: name, flags }));
}

/** A rule that loses what fits, unless it says otherwise. */
export function rule(parts: Partial<WireRule> & Pick<WireRule, "from">): WireRule {
  return {
    client: null,
    flags: null,
    payload: null,
    nth: null,
    action: "drop",
    byMs: 0,
    forgery: null,
    ...parts,
  };
}

/** Calls at planned moments, `APART_MS` and more from each other. */
export function acceptCalls(choose: Choices, fromMs: number, toMs: number, most: number): ServerCall[] {
  const moments = Array.from({ length: choose.whole(0, most) }, () => choose.whole(fromMs, toMs)).sort(
    (a, b) => a - b,
  );
  return moments
    .filter((atMs, place) => place === 0 || atMs - (moments[place - 1] ?? 0) >= APART_MS)
    .map((atMs) => ({ atMs, call: "accept", argument: choose.whole(1, 3) }));
}

/** The scenario that a draft has become. */
export function finishDraft(draft: Draft, title: string, choose: Choices): Scenario {
  const { delayMs, loss, rules, ...rest } = draft;
  const wire = { delayMs, loss, seed: choose.whole(1, 1_000_000), rules };
  const family = choose.chance(0.3) ? "ipv6" : "ipv4";
  return { title, topology: "wire", family, ...rest, wire };
}
