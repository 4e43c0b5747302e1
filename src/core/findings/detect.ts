/**
 * All detectors: what is known of a listener or a namespace in, its findings out, the worst first. Pure.
 *
 * @module
 */
import type { Finding, Severity } from "../finding.ts";
import type { LiveFacts } from "../listener/facts.ts";
import { listenerComesAndGoes } from "./course/comes-and-goes.ts";
import { deferAcceptWaits } from "./course/deferred-clients.ts";
import { limitTooSmall } from "./course/limit-too-small.ts";
import { queueBehindFull } from "./course/queue-behind.ts";
import { synFlood } from "./course/syn-flood.ts";
import { takenLate } from "./course/taken-late.ts";
import { queueHoldsDeadClients } from "./listeners/dead-clients.ts";
import { acceptQueueFull, acceptQueueOverflow, acceptQueueWasFull } from "./listeners/full-accept-queue.ts";
import {
  lastQuarterDrops,
  silentClientAfterCookie,
  synCookiesSent,
  synQueueFull,
} from "./listeners/full-syn-queue.ts";
import { limitClamped, limitStale, limitTooLarge, somaxconnLowered } from "./listeners/limit-findings.ts";
import {
  abortOnOverflowOn,
  type NamespaceSituation,
  podSysctlDiffers,
} from "./listeners/namespace-settings.ts";
import { listenerWithoutAcceptor, nobodyAccepts } from "./listeners/nobody-accepts.ts";
import { dropsNotOverflow } from "./listeners/other-drops.ts";
import { ownerAtFdLimit, ownerNotRunning, ownerSpinning } from "./listeners/owner.ts";
import { reuseportMemberStuck } from "./listeners/stuck-member.ts";
import { unixQueueFull } from "./listeners/unix-queue.ts";

/** Says whether a kind of finding applies. */
export type Detector = (facts: LiveFacts) => Finding | null;

/** Causes before what follows from them: of equally bad findings the first explains the others. */
const LISTENER_DETECTORS: readonly Detector[] = [
  listenerComesAndGoes,
  ownerNotRunning,
  ownerAtFdLimit,
  limitTooSmall,
  queueBehindFull,
  reuseportMemberStuck,
  listenerWithoutAcceptor,
  ownerSpinning,
  nobodyAccepts,
  acceptQueueFull,
  unixQueueFull,
  acceptQueueOverflow,
  acceptQueueWasFull,
  limitTooLarge,
  takenLate,
  queueHoldsDeadClients,
  synFlood,
  deferAcceptWaits,
  synQueueFull,
  silentClientAfterCookie,
  lastQuarterDrops,
  synCookiesSent,
  dropsNotOverflow,
  limitClamped,
  limitStale,
  somaxconnLowered,
];

const ORDER: readonly Severity[] = ["critical", "warning", "info"];

/** The findings about one listener. */
export function findForListener(facts: LiveFacts): Finding[] {
  const found = LISTENER_DETECTORS.flatMap((detect) => detect(facts) ?? []);
  return found.sort((a, b) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity));
}

/** The findings about one namespace. */
export function findForNamespace(situation: NamespaceSituation): Finding[] {
  return [abortOnOverflowOn, podSysctlDiffers].flatMap((detect) => detect(situation) ?? []);
}
