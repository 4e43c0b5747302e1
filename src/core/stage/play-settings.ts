/**
 * The playground's fields, and the scenario that they make. Each field is the text that was typed, so that a mistake is told by
 * the parser of scenarios, in its own words.
 *
 * @module
 */
import { stringify } from "yaml";
import { parseScenario, type Scenario, seededChance } from "../scenario/index.ts";

/** The fields, as they were typed. */
export interface PlaySettings {
  readonly backlog: string;
  readonly somaxconn: string;
  /** 0, 1 or 2. */
  readonly syncookies: string;
  readonly abortOnOverflow: string;
  /** Other sysctls, `name = value` a line. */
  readonly sysctls: string;
  /** Both ways together, such as `40ms`. */
  readonly roundTrip: string;
  /** In percent. */
  readonly loss: string;
  readonly arrival: string;
  readonly clients: string;
  /** From one client, or one burst, to the next. */
  readonly every: string;
  readonly burst: string;
  readonly accept: string;
  /** How long the server holds a connection. */
  readonly hold: string;
  readonly clientKind: string;
  readonly seed: string;
  /** When somebody clicked, in milliseconds. */
  readonly clicks: readonly number[];
}

/** What the playground begins with: a small queue that overflows. */
export const FIRST_SETTINGS: PlaySettings = {
  backlog: "3",
  somaxconn: "4096",
  syncookies: "1",
  abortOnOverflow: "0",
  sysctls: "",
  roundTrip: "40ms",
  loss: "0",
  arrival: "steady",
  clients: "10",
  every: "15ms",
  burst: "5",
  accept: "one-at-a-time",
  hold: "600ms",
  clientKind: "sends",
  seed: "1",
  clicks: [],
};

/** Which field a path of the scenario's text comes from. */
const FIELDS: readonly (readonly [path: RegExp, field: keyof PlaySettings])[] = [
  [/^listener\.backlog/, "backlog"],
  [/^listener\.accept\.hold/, "hold"],
  [/^listener\.accept/, "accept"],
  [/^sysctls\.net\.core\.somaxconn/, "somaxconn"],
  [/^sysctls\.net\.ipv4\.tcp_syncookies/, "syncookies"],
  [/^sysctls\.net\.ipv4\.tcp_abort_on_overflow/, "abortOnOverflow"],
  [/^sysctls/, "sysctls"],
  [/^wire\.delay/, "roundTrip"],
  [/^wire\.loss/, "loss"],
  [/^wire\.seed/, "seed"],
  [/^clients\.\d+\.at/, "every"],
  [/^clients\.\d+\.count/, "burst"],
  [/^clients/, "clients"],
];

/** The field that an error of the parser is about; null if it is about none alone. */
export function fieldOfError(message: string, { arrival }: PlaySettings): keyof PlaySettings | null {
  const [, path = ""] = /^[^:]*:\d+:\d+: ([\w.-]+): /.exec(message) ?? [];
  const field = FIELDS.find(([pattern]) => pattern.test(path))?.[1] ?? null;
  return field === "burst" && arrival !== "bursts" ? "clients" : field;
}

const NUMBER = /^\s*-?\d+(\.\d+)?\s*$/;
/** As many as a scenario may list. */
export const MOST_LISTED_CLIENTS = 20_000;
const LEAST_DURATION_MS = 5_000;
/** A client tries for so long before the run is over. */
const PATIENCE_MS = 40_000;
const LONGEST_MS = 600_000;
const REQUEST = "82B";

/** The scenario as YAML. What is no number stays as it was typed: the parser says what was expected. */
export function settingsText(settings: PlaySettings): string {
  const clients = clientsOf(settings);
  const last = clients.reduce((most, { ms }) => Math.max(most, ms), 0);
  return stringify(
    {
      scenario: titleOf(settings),
      sysctls: sysctlsOf(settings),
      wire: {
        delay: halved(settings.roundTrip),
        loss: NUMBER.test(settings.loss) ? Number(settings.loss) / 100 : settings.loss,
        seed: numberOrText(settings.seed),
        ...(settings.arrival === "flood" ? { rules: [{ from: "server", flags: "S.", do: "drop" }] } : {}),
      },
      listener: {
        backlog: numberOrText(settings.backlog),
        accept: settings.accept === "never" ? "never" : { how: settings.accept, hold: settings.hold },
      },
      clients: clients.map(({ at, count }) => ({
        at,
        ...(count === 1 ? {} : { count }),
        ...(settings.clientKind === "silent" ? {} : { send: REQUEST }),
        ...(settings.clientKind === "impatient" ? { "close-after": "800ms" } : {}),
      })),
      duration: `${Math.min(LONGEST_MS, Math.max(LEAST_DURATION_MS, last + PATIENCE_MS))}ms`,
    },
    { lineWidth: 0 },
  );
}

/** The scenario itself. @throws {UsageError} in the words of the command line */
export function parsedSettings(settings: PlaySettings, name: string): Scenario {
  return parseScenario(settingsText(settings), name);
}

function titleOf({ arrival, backlog }: PlaySettings): string {
  const who = {
    steady: "Clients at a steady pace",
    poisson: "Clients at random moments",
    bursts: "Clients in bursts",
    flood: "A flood of clients that never answer the SYN+ACK",
    clicks: "One client for each click",
  }[arrival];
  return `${who ?? "Clients"} meet a listener with backlog ${backlog.trim()}.`;
}

function sysctlsOf({
  somaxconn,
  syncookies,
  abortOnOverflow,
  sysctls,
}: PlaySettings): Record<string, unknown> {
  const others = sysctls.split("\n").filter((line) => line.trim() !== "");
  return {
    "net.core.somaxconn": numberOrText(somaxconn),
    "net.ipv4.tcp_syncookies": numberOrText(syncookies),
    "net.ipv4.tcp_abort_on_overflow": numberOrText(abortOnOverflow),
    ...Object.fromEntries(
      others.map((line) => {
        const [name = "", value = ""] = line.split("=");
        return [name.trim(), numberOrText(value.trim())];
      }),
    ),
  };
}

interface PlannedClients {
  readonly at: string;
  readonly ms: number;
  readonly count: unknown;
}

function clientsOf(settings: PlaySettings): PlannedClients[] {
  const { arrival, clients, every, burst, clicks } = settings;
  if (arrival === "clicks")
    return clicks.length === 0
      ? [{ at: "0ms", ms: 0, count: 1 }]
      : clicks.map((ms) => ({ at: `${ms}ms`, ms, count: 1 }));
  const [, number, unit] = /^\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*$/.exec(every) ?? [];
  const scale = { us: 0.001, ms: 1, s: 1000, m: 60_000 }[unit ?? ""];
  const many = NUMBER.test(clients) ? Number(clients) : Number.NaN;
  // What cannot be spread over time goes to the parser as it is.
  if (number === undefined || scale === undefined) return [{ at: every, ms: 0, count: 1 }];
  if (!(Number.isInteger(many) && many >= 1 && many <= MOST_LISTED_CLIENTS))
    return [{ at: "0ms", ms: 0, count: Number.isNaN(many) ? clients : many }];
  const gapMs = Number(number) * scale;
  if (arrival === "bursts") return burstsOf(many, NUMBER.test(burst) ? Number(burst) : burst, gapMs);
  const chance = seededChance(Number(settings.seed) || 1);
  let ms = 0;
  return Array.from({ length: many }, (_, place) => {
    const at = arrival === "poisson" ? ms : place * gapMs;
    ms += -Math.log(1 - chance()) * gapMs;
    return { at: `${trimmed(at)}ms`, ms: at, count: 1 };
  });
}

function burstsOf(many: number, size: number | string, gapMs: number): PlannedClients[] {
  if (typeof size === "string" || !(Number.isInteger(size) && size >= 1))
    return [{ at: "0ms", ms: 0, count: size }];
  return Array.from({ length: Math.ceil(many / size) }, (_, place) => ({
    at: `${trimmed(place * gapMs)}ms`,
    ms: place * gapMs,
    count: Math.min(size, many - place * size),
  }));
}

function halved(roundTrip: string): string {
  const [, number, unit] = /^\s*(\d+(?:\.\d+)?)\s*([a-z]+)\s*$/.exec(roundTrip) ?? [];
  return number === undefined ? roundTrip : `${Number(number) / 2}${unit}`;
}

function trimmed(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}

function numberOrText(text: string): number | string {
  return NUMBER.test(text) ? Number(text) : text;
}
