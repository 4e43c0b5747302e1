/**
 * What the two ends of a client's connection say: in which state they are when one looks, and what a call returned.
 *
 * @module
 */
import type { TraceSocket } from "../../trace/index.ts";
import { conclude, filterFor, notSeen, seconds } from "../conclude-claim.ts";
import type { Claim } from "../experiment.ts";
import type { TraceView } from "../trace-view.ts";
import { type CallChoice, chosenCall } from "./queue-after.ts";

/** The states of both ends at one of the looks; null where there is no row. */
export interface EndsExpectation {
  readonly clientName: string;
  /** The how-manieth look, from 0. */
  readonly look: number;
  readonly client: string | null;
  readonly server: string | null;
}

/** Both ends are in these states at these looks. */
export function endsAre(id: string, text: string, expected: readonly EndsExpectation[]): Claim {
  return { id, check: (view) => checkEnds(view, text, expected) };
}

function checkEnds(view: TraceView, text: string, expected: readonly EndsExpectation[]) {
  const looks = view.lookTimes();
  const seen = expected.flatMap((one) => {
    const handshake = view.handshakeOf(one.clientName);
    const at = looks[one.look];
    if (handshake === null || at === undefined) return [];
    const row = (host: "client" | "server") => view.socketRow(at, host, handshake);
    return [{ one, at, syn: handshake.syns[0], client: row("client"), server: row("server") }];
  });
  if (seen.length < expected.length) return notSeen(text, "the connection or the look is not in the trace");
  const rows = seen.flatMap(({ client, server }) => [client, server]);
  const stateOf = (row: TraceSocket | null) => row?.state ?? null;
  return conclude(text, {
    facts: seen.map(
      ({ one, at, client, server }) =>
        `${one.clientName} at ${seconds(at)}: ${stateOf(client) ?? "no row"} at its own end, ${stateOf(server) ?? "no row"} at the server's`,
    ),
    sockets: rows.filter((row): row is TraceSocket => row !== null),
    filter: filterFor(view.handshakeOf(expected[0]?.clientName ?? "")?.client ?? ""),
    checks: seen.flatMap(({ one, at, client, server }) => [
      [
        stateOf(client) === one.client,
        `at ${seconds(at)} the client shows ${stateOf(client) ?? "no row"}`,
      ] as const,
      [
        stateOf(server) === one.server,
        `at ${seconds(at)} the server shows ${stateOf(server) ?? "no row"}`,
      ] as const,
    ]),
  });
}

/** Each of these calls returned what is expected: a number, an errno's name, or `"a descriptor"`. */
export function callsReturn(
  id: string,
  text: string,
  expected: readonly (CallChoice & { readonly returns: number | string })[],
): Claim {
  return {
    id,
    check: (view) => {
      const seen = expected.map((one) => ({ one, call: chosenCall(view, one) }));
      return conclude(text, {
        facts: seen.map(
          ({ one, call }) => `${one.actor}: ${one.call} at ${seconds(call?.at ?? 0)} gave ${call?.result}`,
        ),
        calls: seen.flatMap(({ call }) => call ?? []),
        checks: seen.map(({ one, call }) => [
          call !== null &&
            (one.returns === "a descriptor"
              ? typeof call.result === "number" && call.result > 0
              : call.result === one.returns),
          `${one.actor}: ${one.call} gave ${call?.result ?? "nothing, it was not called"}`,
        ]),
      });
    },
  };
}
