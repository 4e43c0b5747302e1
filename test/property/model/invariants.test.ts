import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Effects, ERA_NAMES, rulesOf, ServerHost } from "../../../src/core/model/index.ts";
import { parseTcpFlags } from "../../../src/core/wire/packet/tcp-flags.ts";
import { propertyOptions } from "../seed.ts";

const WEB = "192.0.2.2:80";
const ISN = 5000;
const CLIENT_ISN = 100;

/** What can happen at a listener: a client's SYN, its final ACK, accept(), or time that passes. */
const happening = fc.oneof(
  fc.record({ what: fc.constantFrom("SYN", "ACK"), client: fc.integer({ min: 1, max: 12 }) }),
  fc.record({ what: fc.constant("accept"), client: fc.constant(0) }),
  fc.record({ what: fc.constant("time"), client: fc.integer({ min: 1, max: 4000 }) }),
);
const plan = fc.record({
  era: fc.constantFrom(...ERA_NAMES),
  backlog: fc.integer({ min: 0, max: 4 }),
  cookies: fc.constantFrom(0, 1),
  happenings: fc.array(happening, { maxLength: 60 }),
});
type Plan = typeof plan extends fc.Arbitrary<infer T> ? T : never;

/** Lives through a plan; counts what became of each SYN that no request or connection of its client met. */
function live({ era, backlog, cookies, happenings }: Plan) {
  const host = ServerHost.create(rulesOf(era), { initialSequence: () => ISN });
  host.setSysctl("net.ipv4.tcp_syncookies", cookies);
  host.setSysctl("net.core.somaxconn", 100);
  host.listen({ name: "web", endpoint: WEB, backlog });
  const sums = { syns: 0, requests: 0, cookies: 0, refused: 0, completed: 0, expired: 0 };
  let nowMs = 0;
  const note = ({ freed, queued }: Effects) => {
    sums.expired += freed.length;
    sums.completed += queued.filter(({ by }) => by === "request").length;
  };
  for (const { what, client } of happenings) {
    nowMs += 1;
    const ends = { from: `192.0.2.1:${client}`, to: WEB, length: 0 };
    if (what === "SYN" && host.connection(WEB, ends.from) === null) {
      const isNew = !host.requests().some(({ peer }) => peer === ends.from);
      const effects = host.onSegment({ ...ends, flags: parseTcpFlags("S"), seq: CLIENT_ISN, ack: 0 }, nowMs);
      note(effects);
      if (!isNew) continue;
      sums.syns += 1;
      sums.refused += effects.refused.length;
      sums.requests += effects.rules.filter((rule) => rule === "syn-kept").length;
      sums.cookies += effects.rules.filter((rule) => rule === "cookie-sent").length;
    } else if (what === "ACK") {
      note(host.onSegment({ ...ends, flags: parseTcpFlags("."), seq: CLIENT_ISN + 1, ack: ISN + 1 }, nowMs));
    } else if (what === "accept") host.accept("web");
    else if (what === "time") {
      nowMs += client;
      for (const timer of host.timers()) if (timer.dueMs <= nowMs) note(host.fire(timer, nowMs));
    }
    check(host, backlog);
  }
  return { host, sums };
}

function check(host: ServerHost, backlog: number): void {
  const view = host.listener("web");
  expect(view?.acceptQueue.length).toBeGreaterThanOrEqual(0);
  expect(view?.acceptQueue.length).toBeLessThanOrEqual(backlog + 1);
  expect(view?.synQueue.length).toBe(host.requests().length);
  expect(view?.synQueue.young).toBeLessThanOrEqual(view?.synQueue.length ?? 0);
  const isTable = host.rules.synQueueBound === "table";
  expect(view?.synQueue.length).toBeLessThanOrEqual(isTable ? 16 : backlog + 1);
}

describe("the listening host, whatever happens", () => {
  it("keeps its queues within their capacities, and every SYN is kept, answered by a cookie or refused", () => {
    fc.assert(
      fc.property(plan, (each) => {
        const { host, sums } = live(each);
        expect(sums.requests + sums.cookies + sums.refused).toBe(sums.syns);
        expect(sums.completed + sums.expired + host.requests().length).toBe(sums.requests);
      }),
      propertyOptions(),
    );
  });
});
