/**
 * From what was observed to what is said: verdicts, what two captures settle between them, listeners, findings.
 *
 * @module
 */
import type { Finding } from "../finding.ts";
import { diagnose } from "./diagnose/diagnose.ts";
import { notShown } from "./diagnose/not-shown.ts";
import { EndpointNames } from "./endpoint-names.ts";
import type { Explanation } from "./explanation.ts";
import type { Connection } from "./follow/connection.ts";
import type { Observation } from "./follow/explainer.ts";
import type { Listener } from "./follow/followed-listener.ts";
import { serverKey } from "./follow/followed-listeners.ts";
import { reportListener } from "./judge/listener-report.ts";
import { handshakeOf, type Story, storiesByServer, tell } from "./judge/story.ts";
import { settleBetween } from "./judge/two-captures.ts";
import { judge } from "./judge/verdict.ts";

/** How the result is to be told. */
export interface ConcludeOptions {
  /** Whether handshakes that simply completed are listed, where they were kept. */
  readonly all?: boolean;
  readonly names?: EndpointNames;
  /**
   * Whether packet numbers are those of one file that Wireshark opens, so that findings can offer a display filter: not
   * with a listing, and not with several files. True unless it is said.
   */
  readonly hasFrames?: boolean;
}

/** The result of one observation, or of several of the same event from different places. */
export function conclude(observations: readonly Observation[], options: ConcludeOptions = {}): Explanation {
  const names = options.names ?? new EndpointNames();
  const told = observations.map((observation) => tellAll(observation, names));
  const views = told.map((stories, place) => ({ stories, ...spanOf(observations[place]) }));
  const stories = told.length === 1 ? (told[0] ?? []) : settleBetween(views);
  const listeners = nearestListeners(observations);
  const byServer = storiesByServer(stories);
  const reports = listeners.map((listener) => ({
    listener,
    stories: byServer.get(endpointText(listener, names)) ?? [],
  }));
  const findings = diagnose({ reports, stories, observations, names });
  const shown = options.all === true ? stories : stories.filter(isWorthShowing);
  return {
    listeners: reports.map((one) => reportListener(one.listener, one.stories, names)),
    handshakes: shown.map(handshakeOf),
    findings: options.hasFrames === false ? findings.map(withoutFilter) : findings,
    notShown: notShown({ reports, stories, observations, names }),
    leftOut: observations.reduce((sum, { leftOut }) => sum + leftOut, 0),
  };
}

function spanOf(observation: Observation | undefined): { readonly startAt: number; readonly endAt: number } {
  return { startAt: observation?.startAt ?? Number.NaN, endAt: observation?.endAt ?? Number.NaN };
}

function withoutFilter(finding: Finding): Finding {
  return { ...finding, evidence: { ...finding.evidence, filter: null } };
}

function tellAll({ connections, endAt }: Observation, names: EndpointNames): Story[] {
  const unheard = serversUnheard(connections);
  return connections.map((connection) => {
    const isOneSided = connection.listener === null && unheard.has(serverKey(connection));
    return tell(connection, judge(connection, { endAt, isOneSided }), names);
  });
}

/** Servers whose clients acknowledge what the capture does not show: it holds one direction only. */
function serversUnheard(connections: readonly Connection[]): Set<number | string> {
  const unheard = connections.filter(
    ({ hasSynAck, finalAt, passedAt }) => !hasSynAck && !Number.isNaN(finalAt) && Number.isNaN(passedAt),
  );
  return new Set(unheard.map(serverKey));
}

/** What completed without a listener, as two ends that both sent a SYN do, would be counted nowhere else. */
function isWorthShowing({ verdict, connection }: Story): boolean {
  return verdict.outcome !== "completed" || connection.listener === null;
}

function endpointText(listener: Listener, names: EndpointNames): string {
  return names.endpoint(listener.words, listener.port, listener.ipVersion);
}

/** Each listener once, as the capture nearest to it saw it. */
function nearestListeners(observations: readonly Observation[]): Listener[] {
  const nearest = new Map<string, Listener>();
  for (const listener of observations.flatMap(({ listeners }) => listeners)) {
    const key = [...listener.words, listener.port].join();
    const known = nearest.get(key);
    if (known === undefined || listener.roundTrips.usualMs < known.roundTrips.usualMs)
      nearest.set(key, listener);
  }
  return [...nearest.values()];
}
