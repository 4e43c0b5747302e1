/**
 * The eras: which variant of each rule a kernel of that version has, as its authors wrote it. A row names only what changed
 * since the row before. Distributions carry later rules into older versions, so a version number does not decide: probe.
 * docs/kernel.md says where each value was seen.
 *
 * @module
 */
import { UsageError } from "../../errors.ts";
import type { KernelRules } from "./rules.ts";

const OLDEST: Omit<KernelRules, "name"> = {
  limitBits: 16,
  somaxconnDefault: 128,
  syncookiesDefault: 0,
  synQueueBound: "table",
  synQueueTest: ">=",
  acceptQueueTest: ">",
  youngRequestsThatExcuse: 1,
  countsRefusedSyns: false,
  countsSynQueueFull: false,
  countsListenerDrops: false,
  dropsPerSwallowedPacket: 0,
  cookieCountsAsDrop: false,
  hasUnconditionalCookies: false,
  cookieLifetimeMinutes: 4,
  cookieStampMs: 3000,
  cookieMssPlaces: 8,
  countsFailedWithoutStamp: true,
  sharesCookieStamp: false,
  lastShare: 4,
  requestTimer: "sweep",
  firstTimeoutMs: 3000,
  pruneBound: "table",
  pruneFloor: 8,
  pruneLeastRetries: 2,
  duplicateSynRestartsTimer: false,
  limitsDuplicateSyns: false,
  challengesResets: false,
  requestsOutliveListener: false,
  countsSynAckTimer: false,
  countsSynRetrans: false,
  hasFastOpen: false,
  linearTimeoutsDefault: 0,
  hurriesSynAfterWrongAck: false,
  synRetriesDefault: 5,
  hasTailLossProbe: false,
  challengesSyns: false,
  hasCoarseTimerWheel: false,
  finWaitsForWindow: false,
  leastRtoMs: 200,
};

/** The names of the eras, oldest first. */
export const ERA_NAMES = [
  "2.6.32",
  "3.0",
  "3.10",
  "4.2",
  "4.4",
  "4.10",
  "5.4",
  "5.10",
  "6.5",
  "6.10",
  "6.14",
] as const;

/** The name of an era. */
export type EraName = (typeof ERA_NAMES)[number];

/** What each era changed about the one before. */
const CHANGES: Readonly<Record<EraName, Partial<Omit<KernelRules, "name">>>> = {
  "2.6.32": {},
  "3.0": { syncookiesDefault: 1, countsSynAckTimer: true },
  "3.10": {
    countsRefusedSyns: true,
    countsSynQueueFull: true,
    cookieCountsAsDrop: true,
    firstTimeoutMs: 1000,
    duplicateSynRestartsTimer: true,
    hasFastOpen: true,
    synRetriesDefault: 6,
    hasTailLossProbe: true,
    challengesSyns: true,
  },
  "4.2": {
    limitBits: 32,
    hasUnconditionalCookies: true,
    cookieLifetimeMinutes: 2,
    cookieStampMs: 120_000,
    cookieMssPlaces: 4,
    countsFailedWithoutStamp: false,
    requestTimer: "own",
    limitsDuplicateSyns: true,
    countsSynRetrans: true,
  },
  "4.4": { synQueueBound: "limit", pruneBound: "limit", requestsOutliveListener: true },
  "4.10": {
    youngRequestsThatExcuse: -1,
    hasCoarseTimerWheel: true,
    countsListenerDrops: true,
    dropsPerSwallowedPacket: 1,
    cookieCountsAsDrop: false,
  },
  "5.4": { somaxconnDefault: 4096, sharesCookieStamp: true },
  "5.10": { hurriesSynAfterWrongAck: true },
  "6.5": { linearTimeoutsDefault: 4 },
  "6.10": { finWaitsForWindow: true },
  "6.14": { synQueueTest: ">" },
};

/** Every era's rules, oldest first. */
export const ERAS: readonly KernelRules[] = ERA_NAMES.reduce<KernelRules[]>((eras, name) => {
  eras.push({ ...(eras.at(-1) ?? OLDEST), ...CHANGES[name], name });
  return eras;
}, []);

export const NEWEST_ERA: EraName = "6.14";

/** The rules of an era. @throws {UsageError} for a name that no era has */
export function rulesOf(name: string): KernelRules {
  const rules = ERAS.find((era) => era.name === name);
  if (rules !== undefined) return rules;
  const known = ERAS.map((era) => era.name).join(", ");
  throw new UsageError(`no kernel era ${JSON.stringify(name)}; expected one of ${known}, or this`);
}
