/**
 * What a person who types a command at that moment would see: `ss -lnt` and `listenq ls`.
 *
 * @module
 */
import { synQueueBounds } from "../listener/syn-queue-capacity.ts";
import { type KernelRules, limitOf } from "../model/index.ts";
import { capacityOf } from "../model/rules/queue-capacity.ts";
import { columns } from "../report/layout/columns.ts";
import { plain } from "../report/layout/paint.ts";
import { formatListenerTable, type ListenerLine } from "../report/text/listener-table.ts";
import { type ListenerPlan, listenerEndpoint, type Scenario } from "../scenario/index.ts";
import { parseEndpoint } from "../wire/address.ts";
import type { Moment, StageListener } from "./stage.ts";

/** The scenario's own program. */
const PROGRAM = { pid: 1, name: "server" } as const;

/** The lines of `ss -lnt`. */
export function ssText(scenario: Scenario, { listeners }: Moment): string {
  const rows = open(scenario, listeners).map(({ plan, state }) => [
    "LISTEN",
    String(state.acceptQueue),
    String(state.limit),
    listenerEndpoint(scenario, plan),
    scenario.family === "ipv6" ? "[::]:*" : "0.0.0.0:*",
  ]);
  const head = ["State", "Recv-Q", "Send-Q", "Local Address:Port", "Peer Address:Port"];
  return rows.length === 0 ? "nobody listens" : columns(head, rows, []).join("\n");
}

/** What `listenq ls` prints of the scenario's listeners. */
export function lsText(scenario: Scenario, rules: KernelRules, { listeners }: Moment): string {
  const lines = open(scenario, listeners).map(({ plan, state }) => lineOf(scenario, rules, plan, state));
  return formatListenerTable(lines, {
    columns: null,
    paint: plain,
    hiddenProcesses: 0,
    isSelection: true,
    namespaces: null,
  }).trimEnd();
}

interface OpenListener {
  readonly plan: ListenerPlan;
  readonly state: StageListener;
}

function open(scenario: Scenario, listeners: readonly StageListener[]): OpenListener[] {
  return scenario.listeners.flatMap((plan) => {
    const state = listeners.find(({ name, isOpen }) => name === plan.name && isOpen);
    return state === undefined ? [] : [{ plan, state }];
  });
}

function lineOf(
  scenario: Scenario,
  rules: KernelRules,
  plan: ListenerPlan,
  { acceptQueue, synQueue, limit, drops }: StageListener,
): ListenerLine {
  const { address, port } = parseEndpoint(listenerEndpoint(scenario, plan));
  const sysctl = (name: string) => scenario.sysctls[`net.ipv4.${name}`] ?? null;
  const somaxconn = scenario.sysctls["net.core.somaxconn"] ?? rules.somaxconnDefault;
  const bounds = synQueueBounds(limit, {
    version: rules.name,
    tcp_max_syn_backlog: sysctl("tcp_max_syn_backlog"),
    tcp_syncookies: sysctl("tcp_syncookies") ?? rules.syncookiesDefault,
  });
  const isUnix = scenario.topology === "unix";
  const isClamped = limitOf(rules, plan.backlog, somaxconn) !== plan.backlog;
  return {
    protocol: isUnix ? "unix" : "tcp",
    v6only: null,
    address: isUnix ? null : address,
    port: isUnix ? null : port,
    path: isUnix ? `@${plan.name}` : null,
    namespace: 0,
    group: null,
    acceptQueue: { length: acceptQueue, limit, capacity: capacityOf(rules.acceptQueueTest, limit) },
    synQueue: { length: synQueue, capacity: bounds.capacity },
    drops,
    process: PROGRAM,
    container: null,
    limitSetBy: isClamped ? "somaxconn" : "application",
  };
}
