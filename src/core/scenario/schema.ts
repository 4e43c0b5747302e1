/**
 * The text form of a scenario as a schema: names, units and defaults. It turns checked data into a `Scenario`;
 * parse.ts adds the YAML and the places of mistakes.
 *
 * @module
 */
import * as z from "zod/mini";
import type { Forgery } from "../wire/packet/forge-tcp.ts";
import { parseTcpFlags } from "../wire/packet/tcp-flags.ts";
import { contradictionsOf } from "./contradictions.ts";
import type {
  AcceptPlan,
  ClientPlan,
  ListenerPlan,
  Scenario,
  ServerCall,
  SysctlChange,
  WireRule,
} from "./scenario.ts";
import { DURATION_FORM, parseDuration, parseSize, SIZE_FORM } from "./units.ts";

// The small form of zod brings no words of its own.
z.config(z.locales.en());

const INT32 = { least: -2_147_483_648, most: 2_147_483_647 } as const;
const MOST_CLIENTS = 20_000;
const LONGEST_MS = 600_000;

const duration = quantity(parseDuration, DURATION_FORM);
const size = quantity(parseSize, SIZE_FORM);
const int32 = z.int().check(z.gte(INT32.least), z.lte(INT32.most));
const backlog = int32;
const port = z.int().check(z.gte(1), z.lte(65_535));

const acceptHow = z.enum(["never", "at-once", "one-at-a-time"]);
const acceptSchema = z.union([
  acceptHow,
  z.strictObject({
    how: acceptHow,
    hold: z.optional(duration),
    answer: z.optional(size),
    "speaks-first": z.optional(z.enum(["client", "server"])),
  }),
]);

const callSchema = z.union([
  z.strictObject({ at: duration, listen: backlog }),
  z.strictObject({ at: duration, accept: z.int().check(z.gte(1), z.lte(MOST_CLIENTS)) }),
  z.strictObject({ at: duration, close: z.literal(true) }),
]);

const listenerSchema = z.strictObject({
  name: z.optional(z.string().check(z.minLength(1))),
  port: z.optional(port),
  backlog,
  reuseport: z.optional(z.boolean()),
  "defer-accept": z.optional(duration),
  "fast-open": z.optional(z.int().check(z.gte(1), z.lte(65_535))),
  accept: z.optional(acceptSchema),
  calls: z.optional(z.array(callSchema)),
});

const clientSchema = z.strictObject({
  name: z.optional(z.string().check(z.minLength(1))),
  at: duration,
  count: z.optional(z.int().check(z.gte(1), z.lte(MOST_CLIENTS))),
  to: z.optional(z.string()),
  send: z.optional(size),
  "close-after": z.optional(duration),
  "close-by": z.optional(z.enum(["FIN", "RST"])),
  "fast-open": z.optional(z.boolean()),
});

const ruleSchema = z.strictObject({
  from: z.enum(["client", "server"]),
  client: z.optional(z.string()),
  flags: z.optional(z.string()),
  payload: z.optional(z.boolean()),
  nth: z.optional(z.int().check(z.gte(1))),
  do: z.enum(["drop", "duplicate", "hold", "forge", "replace"]),
  by: z.optional(duration),
  "seq-by": z.optional(int32),
  "ack-by": z.optional(int32),
  as: z.optional(z.string().check(z.refine(isTcpFlags, "expected tcpdump's letters, such as R or S"))),
});

const sysctlName = z.string().check(z.regex(/^net(\.[a-z0-9_-]+)+$/));

const changeSchema = z.strictObject({
  at: duration,
  host: z.optional(z.enum(["client", "server"])),
  set: sysctlName,
  to: z.int(),
});

const wireSchema = z.strictObject({
  delay: z.optional(duration),
  loss: z.optional(z.number().check(z.gte(0), z.lte(1))),
  seed: z.optional(z.int()),
  rules: z.optional(z.array(ruleSchema)),
});

/** The text form of a scenario. */
const scenarioSchema = z
  .strictObject({
    scenario: z.string().check(z.minLength(1)),
    topology: z.optional(z.enum(["wire", "loopback", "unix"])),
    family: z.optional(z.enum(["ipv4", "ipv6"])),
    sysctls: z.optional(z.record(sysctlName, z.int())),
    changes: z.optional(z.array(changeSchema)),
    wire: z.optional(wireSchema),
    listener: z.optional(listenerSchema),
    listeners: z.optional(z.array(listenerSchema).check(z.minLength(1))),
    clients: z.array(clientSchema).check(z.minLength(1)),
    look: z.optional(z.array(duration)),
    duration,
  })
  .check(z.superRefine(checkWhole));

type ScenarioText = z.output<typeof scenarioSchema>;
type ListenerText = z.output<typeof listenerSchema>;
type ClientText = z.output<typeof clientSchema>;

/** What is wrong with a scenario, and where. */
export interface ScenarioIssue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
  /** Keys at that path which no scenario has. */
  readonly unknownKeys: readonly string[];
}

/** Checks plain data and makes a scenario of it, or says what is wrong first. */
export function readScenario(data: unknown): Scenario | ScenarioIssue {
  const result = scenarioSchema.safeParse(data);
  if (result.success) return scenarioFrom(result.data);
  const [first] = result.error.issues;
  if (first === undefined) throw new Error("a schema refused a scenario without saying why");
  const issue = first.code === "invalid_union" ? insideUnion(first) : first;
  return {
    path: issue.path,
    message: messageOf(issue),
    unknownKeys: issue.code === "unrecognized_keys" ? issue.keys : [],
  };
}

/** What is wrong inside the one form that was meant: the only one whose outside fits. Else the union's own issue. */
function insideUnion(union: z.core.$ZodIssueInvalidUnion): z.core.$ZodIssue {
  const inside = union.errors.filter((issues) => issues.every((issue) => issue.path.length > 0));
  const [meant] = inside.length === 1 ? (inside[0] ?? []) : [];
  return meant === undefined ? union : { ...meant, path: [...union.path, ...meant.path] };
}

function messageOf(issue: z.core.$ZodIssue): string {
  if (issue.code === "invalid_union") return "expected one of the forms that docs/scenario.md lists";
  const message = issue.message.replace(/^Invalid input: /, "");
  return message.charAt(0).toLowerCase() + message.slice(1);
}

/** Fills in the defaults and the names. */
function scenarioFrom(text: ScenarioText): Scenario {
  const listeners = listenersOf(text).map(listenerFrom);
  const first = listeners[0]?.name ?? "";
  return {
    title: text.scenario,
    topology: text.topology ?? "wire",
    family: text.family ?? "ipv4",
    sysctls: text.sysctls ?? {},
    changes: (text.changes ?? []).map(changeFrom),
    wire: {
      delayMs: text.wire?.delay ?? 20,
      loss: text.wire?.loss ?? 0,
      seed: text.wire?.seed ?? 1,
      rules: (text.wire?.rules ?? []).map(ruleFrom),
    },
    listeners,
    clients: namedClients(text.clients, first),
    lookAtMs: text.look ?? [],
    durationMs: text.duration,
  };
}

function listenersOf(text: ScenarioText): ListenerText[] {
  return text.listeners ?? (text.listener === undefined ? [] : [text.listener]);
}

function listenerFrom(text: ListenerText, place: number): ListenerPlan {
  return {
    name: text.name ?? (place === 0 ? "listener" : `listener ${place + 1}`),
    port: text.port ?? 8088 + place,
    backlog: text.backlog,
    reusePort: text.reuseport ?? false,
    deferAcceptS: Math.ceil((text["defer-accept"] ?? 0) / 1000),
    fastOpenQueue: text["fast-open"] ?? 0,
    accept: acceptFrom(text.accept ?? "never"),
    calls: (text.calls ?? []).map(callFrom),
  };
}

function acceptFrom(text: z.output<typeof acceptSchema>): AcceptPlan {
  const plan: Exclude<z.output<typeof acceptSchema>, string> = typeof text === "string"
    ? { how: text }
    : text;
  return {
    how: plan.how,
    holdMs: plan.hold ?? 0,
    answerBytes: plan.answer ?? 130,
    speaksFirst: plan["speaks-first"] ?? "client",
  };
}

function callFrom(text: z.output<typeof callSchema>): ServerCall {
  if ("listen" in text) return { atMs: text.at, call: "listen", argument: text.listen };
  if ("accept" in text) return { atMs: text.at, call: "accept", argument: text.accept };
  return { atMs: text.at, call: "close", argument: 0 };
}

function changeFrom(text: z.output<typeof changeSchema>): SysctlChange {
  return { atMs: text.at, host: text.host ?? "server", name: text.set, value: text.to };
}

function ruleFrom(text: z.output<typeof ruleSchema>): WireRule {
  return {
    from: text.from,
    client: text.client ?? null,
    flags: text.flags ?? null,
    payload: text.payload ?? null,
    nth: text.nth ?? null,
    action: text.do,
    byMs: text.by ?? 0,
    forgery: forges(text) ? forgeryFrom(text) : null,
  };
}

/** The keys that say what is forged. */
const FORGED = ["seq-by", "ack-by", "as"] as const;

function forges(rule: z.output<typeof ruleSchema>): boolean {
  return rule.do === "forge" || rule.do === "replace";
}

function forgeryFrom(text: z.output<typeof ruleSchema>): Forgery {
  return { seqBy: text["seq-by"] ?? 0, ackBy: text["ack-by"] ?? 0, flags: text.as ?? null };
}

function isTcpFlags(text: string): boolean {
  try {
    parseTcpFlags(text);
    return true;
  } catch {
    return false;
  }
}

function namedClients(texts: readonly ClientText[], firstListener: string): ClientPlan[] {
  return texts
    .flatMap((text) => Array.from({ length: text.count ?? 1 }, () => text))
    .map((text, place) => ({
      name: text.name ?? `client ${place + 1}`,
      atMs: text.at,
      listener: text.to ?? firstListener,
      sendBytes: text.send ?? 0,
      closeAfterMs: text["close-after"] ?? null,
      closeBy: text["close-by"] ?? "FIN",
      fastOpen: text["fast-open"] ?? false,
    }));
}

/** What no single field can say: references, sums and exclusions. */
function checkWhole(text: ScenarioText, context: z.core.$RefinementCtx<ScenarioText>): void {
  const complain = (path: (string | number)[], message: string) =>
    context.addIssue({ code: "custom", path, message });
  if ((text.listener === undefined) === (text.listeners === undefined)) {
    complain([], "expected either listener or listeners");
    return;
  }
  const listeners = listenersOf(text).map(listenerFrom);
  const names = listeners.map((listener) => listener.name);
  if (new Set(names).size < names.length) complain(["listeners"], "expected listeners with different names");
  const clientCount = text.clients.reduce((sum, client) => sum + (client.count ?? 1), 0);
  if (clientCount > MOST_CLIENTS) {
    // Before any of them is made: a line of text is enough to ask for a billion.
    complain(["clients"], `expected at most ${MOST_CLIENTS} clients in all`);
    return;
  }
  const clients = namedClients(text.clients, names[0] ?? "").map((client) => client.name);
  text.wire?.rules?.forEach((rule, place) => {
    const path = ["wire", "rules", place];
    if (rule.client !== undefined && !clients.includes(rule.client))
      complain([...path, "client"], "expected the name of a client");
    const idle = forges(rule) ? undefined : FORGED.find((key) => rule[key] !== undefined);
    if (idle !== undefined) complain([...path, idle], "expected only with do: forge or replace");
  });
  if (text.duration > LONGEST_MS) complain(["duration"], "expected at most 10 minutes");
  text.clients.forEach((client, place) => {
    if (client.to === undefined || names.includes(client.to)) return;
    complain(["clients", place, "to"], `expected the name of a listener (${names.join(", ")})`);
  });
  const placed = listeners.map((listener, place) => {
    return { ...listener, path: text.listener === undefined ? ["listeners", place] : ["listener"] };
  });
  for (const { path, message } of contradictionsOf(text, placed)) complain([...path], message);
}

function quantity(parse: (text: string) => number, expected: string) {
  const parsed = z.transform((text: string, context): number => {
    try {
      return parse(text);
    } catch (error) {
      context.issues.push({ code: "custom", message: (error as Error).message, input: text });
      return z.NEVER;
    }
  });
  return z.pipe(z.string(`expected ${expected}`), parsed);
}
