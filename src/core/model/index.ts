/**
 * The model: Linux's two listen queues as a running specification, by kernel era. It runs anywhere, also in a browser.
 *
 * `ServerHost` is the listening host. Its state changes only through its methods; each returns `Effects`, which say what was
 * sent, queued, freed and refused, and which rules decided.
 *
 *     const host = ServerHost.create(rulesOf("6.14"), { initialSequence: () => 1000 });
 *     host.listen({ name: "web", endpoint: "192.0.2.2:80", backlog: 1 });
 *     host.onSegment({ from: "192.0.2.1:40001", to: "192.0.2.2:80", flags: TCP_FLAG.SYN, seq: 7, ack: 0, length: 0 }, 0);
 *     host.timers(); // [{ kind: "request", peer: "192.0.2.1:40001", dueMs: 1000, ... }]
 *
 * Time is a parameter, in milliseconds. `timers()` says when a timer is due by the kernel's arithmetic; the caller decides
 * how late it fires, by the moment that it gives to `fire()`. What is random on a real kernel (sequence numbers, the member
 * of a SO_REUSEPORT group, the bucket of an old kernel's table) comes from `HostDependencies`. `clone()` is for those who
 * must try several orders. A rule is changed with `withRules(rulesOf("6.14"), { synQueueTest: ">=" })`.
 *
 * Read on: `eras.ts` (the rules as a table), `predicates.ts` (the questions), `on-segment.ts`, `on-syn.ts`, `on-request-segment.ts`,
 * `on-listener-segment.ts`, `on-timer.ts`, `on-call.ts` (the events).
 *
 * @module
 */

export type { Freed, FreeReason, Queued, RefusalReason, Refused, Sent, SentKind } from "./host/effects.ts";
export { clearEffects, type Effects, noEffects } from "./host/effects.ts";
export type { CounterName, Counters } from "./host/host-counters.ts";
export type { HostDependencies, TimerRef } from "./host/host-state.ts";
export { type FastOpenOption, type ModelSegment, type Peer, segmentOf } from "./host/model-segment.ts";
export type { ListenRequest } from "./host/on-call.ts";
export { type ListenerView, ServerHost } from "./host/server-host.ts";
export type { Child, Request } from "./host/state.ts";
export { ERA_NAMES, ERAS, type EraName, NEWEST_ERA, rulesOf } from "./rules/eras.ts";
export { limitOf, synTableSize } from "./rules/limit-of.ts";
export type { ModelSysctls } from "./rules/model-sysctls.ts";
export { RULE_NAMES, type RuleName } from "./rules/rule-names.ts";
export { differingRules, RULE_WORDS, type RuleField, type RuleWords } from "./rules/rule-words.ts";
export { type FullTest, type KernelRules, withRules } from "./rules/rules.ts";
export { isFromSourceOnly, SEEN_ERAS } from "./rules/seen-eras.ts";
export { type SimulationOptions, simulate } from "./simulation/simulate.ts";
export { simulateStorm } from "./storm/storm.ts";
export type { StormOutcomes, StormPlan, StormResult, StormSample } from "./storm/storm-plan.ts";
