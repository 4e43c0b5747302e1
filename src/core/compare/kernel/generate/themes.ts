/**
 * What random scenarios are about. A theme leans a draft towards one corner of the rules, so that every rule decides
 * something often enough; everything else in it is left to chance.
 *
 * @module
 */
import type { ServerCall } from "../../../scenario/index.ts";
import type { Choices } from "../random.ts";
import { acceptCalls, addClient, addClients, addListener, type Draft, keepHalfOpen, rule } from "./draft.ts";
import { fillForged } from "./forged-segments.ts";

/** One corner of the rules. */
export interface Theme {
  readonly title: string;
  /** How many scenarios of as many as the weights add up to are about it. */
  readonly weight: number;
  fill(draft: Draft, choose: Choices): void;
}

const COOKIES = "net.ipv4.tcp_syncookies";
const ABORT = "net.ipv4.tcp_abort_on_overflow";
const RETRIES = "net.ipv4.tcp_synack_retries";
const MAX_SYN_BACKLOG = "net.ipv4.tcp_max_syn_backlog";
const SOMAXCONN = "net.core.somaxconn";

function fillAcceptQueue(draft: Draft, choose: Choices): void {
  draft.sysctls[ABORT] = choose.whole(0, 1);
  draft.sysctls[COOKIES] = choose.pick([0, 1, 1]);
  draft.sysctls[RETRIES] = choose.whole(1, 5);
  const backlog = choose.whole(0, 4);
  const calls = acceptCalls(choose, 300, draft.durationMs - 300, 5);
  const how = choose.pick(["never", "never", "at-once", "one-at-a-time"] as const);
  const speaksFirst = choose.pick(["client", "client", "server"] as const);
  addListener(draft, backlog, {
    calls: how === "never" ? calls : [],
    accept: { how, holdMs: choose.whole(6, 30) * 100, answerBytes: 130, speaksFirst },
  });
  addClients(draft, choose, { count: choose.whole(1, backlog + 1), atMs: 20 }, () => talk(choose));
  addClients(draft, choose, { count: choose.whole(1, backlog + 2), atMs: 500 }, () => talk(choose));
  addClients(draft, choose, { count: choose.whole(0, 3), atMs: 1720 }, () => talk(choose));
}

function talk(choose: Choices): { sendBytes: number; closeAfterMs: number | null; closeBy: "FIN" | "RST" } {
  const sendBytes = choose.pick([0, 82, 82]);
  const closeAfterMs = choose.chance(0.25) ? choose.whole(7, 40) * 100 + 50 : null;
  return { sendBytes, closeAfterMs, closeBy: choose.pick(["FIN", "RST"] as const) };
}

function fillSynQueue(draft: Draft, choose: Choices): void {
  draft.sysctls[COOKIES] = choose.pick([0, 0, 0, 1]);
  draft.sysctls[RETRIES] = choose.whole(0, 3);
  const backlog = choose.whole(0, 6);
  addListener(draft, backlog, { calls: acceptCalls(choose, 400, draft.durationMs - 200, 3) });
  const halfOpen = addClients(draft, choose, { count: choose.whole(1, backlog + 3), atMs: 20 });
  for (const client of halfOpen) if (choose.chance(0.8)) keepHalfOpen(draft, client);
  addClients(draft, choose, { count: choose.whole(1, 4), atMs: 1530 }, () => talk(choose));
}

function fillCookies(draft: Draft, choose: Choices): void {
  draft.sysctls[COOKIES] = choose.pick([1, 1, 2]);
  draft.sysctls[ABORT] = choose.whole(0, 1);
  draft.sysctls[RETRIES] = choose.whole(1, 3);
  const backlog = choose.whole(0, 3);
  addListener(draft, backlog, { calls: acceptCalls(choose, 250, draft.durationMs - 200, 5) });
  addClients(draft, choose, { count: choose.whole(backlog + 2, backlog + 6), atMs: 20 }, () => talk(choose));
  addClients(draft, choose, { count: choose.whole(0, 4), atMs: 900 }, () => talk(choose));
  if (choose.chance(0.3)) draft.changes.push(change(choose.whole(12, 16) * 100, COOKIES, choose.whole(0, 2)));
}

function change(atMs: number, name: string, value: number) {
  return { atMs, host: "server", name, value } as const;
}

function fillLastQuarter(draft: Draft, choose: Choices): void {
  const most = choose.pick([4, 5, 7, 8, 12, 16]);
  draft.sysctls[COOKIES] = 0;
  draft.sysctls[MAX_SYN_BACKLOG] = most;
  draft.sysctls[RETRIES] = choose.whole(0, 2);
  addListener(draft, choose.pick([most, 2 * most, 64]), {
    calls: acceptCalls(choose, 400, draft.durationMs - 200, 3),
  });
  const clients = addClients(draft, choose, { count: most - choose.whole(0, 1), atMs: 20 });
  for (const client of clients) if (choose.chance(0.9)) keepHalfOpen(draft, client);
  addClients(draft, choose, { count: choose.whole(0, 3), atMs: 2250 });
}

function fillPruning(draft: Draft, choose: Choices): void {
  const backlog = choose.pick([3, 5, 8, 10, 12]);
  draft.durationMs = 8000;
  draft.sysctls[RETRIES] = choose.whole(3, 5);
  addListener(draft, backlog);
  const count = choose.whole(Math.max(5, backlog >> 1), Math.max(6, backlog + 1));
  for (const client of addClients(draft, choose, { count, atMs: 20 })) keepHalfOpen(draft, client);
  const late = addClients(draft, choose, { count: choose.whole(0, 3), atMs: choose.whole(15, 45) * 100 });
  for (const client of late) keepHalfOpen(draft, client);
}

function fillLadder(draft: Draft, choose: Choices): void {
  draft.sysctls[RETRIES] = choose.whole(0, 3);
  draft.durationMs = 8000;
  addListener(draft, choose.whole(1, 5));
  const clients = addClients(draft, choose, { count: choose.whole(1, 3), atMs: 20 });
  for (const client of clients) {
    if (choose.chance(0.6)) keepHalfOpen(draft, client);
    else
      draft.rules.push(rule({ from: "server", client: client.name, flags: "S.", nth: choose.whole(1, 3) }));
  }
  draft.loss = choose.pick([0, 0, 0.1]);
}

function fillLongLadder(draft: Draft, choose: Choices): void {
  draft.sysctls[RETRIES] = choose.whole(4, 5);
  draft.durationMs = choose.whole(340, 700) * 100;
  addListener(draft, choose.whole(1, 4));
  for (const client of addClients(draft, choose, { count: choose.whole(1, 2), atMs: 20 }))
    keepHalfOpen(draft, client);
}

function fillDefer(draft: Draft, choose: Choices): void {
  draft.sysctls[RETRIES] = choose.whole(1, 4);
  draft.sysctls[ABORT] = choose.whole(0, 1);
  addListener(draft, choose.whole(0, 3), {
    deferAcceptS: choose.whole(1, 6),
    calls: acceptCalls(choose, 500, draft.durationMs - 200, 4),
  });
  addClients(draft, choose, { count: choose.whole(1, 5), atMs: 20 }, () => talk(choose));
}

function fillFastOpen(draft: Draft, choose: Choices): void {
  const backlog = choose.whole(0, 3);
  addListener(draft, backlog, {
    fastOpenQueue: choose.whole(1, 2),
    calls: acceptCalls(choose, 250, draft.durationMs - 200, 4),
  });
  addClients(draft, choose, { count: choose.whole(1, backlog + 3), atMs: 20 }, () => ({
    sendBytes: 82,
    fastOpen: choose.chance(0.8),
  }));
}

function fillReuseport(draft: Draft, choose: Choices): void {
  draft.sysctls[ABORT] = choose.whole(0, 1);
  for (const name of ["one", "two"]) addMember(draft, choose, name, choose.whole(0, 3));
  addClients(draft, choose, { count: choose.whole(3, 9), atMs: 20 }, () => talk(choose));
}

/** One member sends cookies; the other one resets a request, meets its client's data as a listener, and asks it for a cookie. */
function fillGroupWithCookies(draft: Draft, choose: Choices): void {
  draft.sysctls[ABORT] = 1;
  addMember(draft, choose, "one", 0);
  addMember(draft, choose, "two", choose.whole(1, 2));
  for (let place = 0; place < 4; place += 1) addClient(draft, 20, { sendBytes: 82 });
  for (let place = 0; place < choose.whole(4, 6); place += 1) addClient(draft, 520, { sendBytes: 82 });
}

function addMember(draft: Draft, choose: Choices, name: string, backlog: number): void {
  const calls = acceptCalls(choose, 700, draft.durationMs - 200, 3);
  addListener(draft, backlog, { name, port: 8088, reusePort: true, calls });
}

function fillClose(draft: Draft, choose: Choices): void {
  draft.sysctls[COOKIES] = choose.whole(0, 1);
  const closeAtMs = choose.whole(7, 30) * 100 + 10;
  const backlog = choose.whole(0, 3);
  const close: ServerCall = { atMs: closeAtMs, call: "close", argument: 0 };
  addListener(draft, backlog, { calls: [...acceptCalls(choose, 250, closeAtMs - 50, 2), close] });
  const early = addClients(draft, choose, { count: choose.whole(1, backlog + 2), atMs: 20 }, () =>
    talk(choose),
  );
  for (const client of early) if (choose.chance(0.4)) keepHalfOpen(draft, client);
  addClient(draft, closeAtMs + 300, talk(choose));
  draft.lookAtMs.push(closeAtMs + 150, closeAtMs + 700);
}

function fillRelisten(draft: Draft, choose: Choices): void {
  const backlogs = [-1, -1, 0, 1, 2, 3, 5, 100_000];
  draft.sysctls[SOMAXCONN] = choose.whole(0, 4);
  draft.sysctls[COOKIES] = choose.whole(0, 1);
  draft.changes.push(change(600, SOMAXCONN, choose.whole(0, 6)));
  const listens = [800, 1610, 2450].map(
    (atMs): ServerCall => ({ atMs, call: "listen", argument: choose.pick(backlogs) }),
  );
  const calls = [...listens.slice(0, choose.whole(0, 3)), ...acceptCalls(choose, 2700, 3500, 2)];
  addListener(draft, choose.pick(backlogs), { calls });
  draft.durationMs = Math.max(draft.durationMs, 4000);
  addClients(draft, choose, { count: choose.whole(2, 6), atMs: 20 }, () => talk(choose));
  addClients(draft, choose, { count: choose.whole(1, 4), atMs: 1000 }, () => talk(choose));
}

function fillDuplicates(draft: Draft, choose: Choices): void {
  addListener(draft, choose.whole(0, 2), { calls: acceptCalls(choose, 1000, draft.durationMs - 200, 3) });
  draft.sysctls[RETRIES] = choose.whole(0, 3);
  const clients = addClients(draft, choose, { count: choose.whole(1, 5), atMs: 20 });
  for (const client of clients) {
    const fate = choose.pick(["duplicate", "hold", "lost answers", "both"] as const);
    const byMs = choose.whole(3, 40) * 10 + 5;
    if (fate === "duplicate") {
      draft.rules.push(
        rule({ from: "client", client: client.name, flags: "S", action: "duplicate", byMs }),
        rule({ from: "client", client: client.name, flags: ".", action: "hold", byMs: byMs + 100 }),
      );
    } else {
      draft.rules.push(rule({ from: "server", client: client.name, flags: "S." }));
      if (fate === "both")
        draft.rules.push(
          rule({ from: "client", client: client.name, flags: "S", action: "duplicate", byMs }),
        );
    }
  }
}

function fillResets(draft: Draft, choose: Choices): void {
  const backlog = choose.whole(0, 2);
  addListener(draft, backlog, { calls: acceptCalls(choose, 3000, draft.durationMs, 2) });
  draft.sysctls[RETRIES] = choose.whole(2, 5);
  addClients(draft, choose, { count: backlog, atMs: 20 });
  addClients(draft, choose, { count: 2, atMs: 300 }, () => ({
    sendBytes: choose.pick([0, 82]),
    closeAfterMs: choose.whole(3, 25) * 100 + 60,
    closeBy: choose.pick(["RST", "RST", "FIN"] as const),
  }));
}

/** A client has a cookie and, by its SYN that came again, a request with another number. */
function fillCookieAndRequest(draft: Draft, choose: Choices): void {
  draft.sysctls[COOKIES] = 2;
  draft.sysctls[RETRIES] = choose.whole(1, 3);
  draft.changes.push(change(400, COOKIES, choose.whole(0, 1)));
  addListener(draft, choose.whole(1, 4), { calls: acceptCalls(choose, 1500, draft.durationMs - 200, 3) });
  for (const { name: client } of addClients(draft, choose, { count: choose.whole(1, 3), atMs: 20 })) {
    const byMs = choose.whole(50, 65) * 10;
    draft.rules.push(
      rule({ from: "client", client, flags: "S", nth: 1, action: "duplicate", byMs }),
      rule({
        from: "client",
        client,
        flags: ".",
        nth: 1,
        action: "hold",
        byMs: byMs + choose.whole(6, 50) * 10,
      }),
    );
  }
}

export const THEMES: readonly Theme[] = [
  { title: "the accept queue", weight: 16, fill: fillAcceptQueue },
  { title: "the SYN queue", weight: 11, fill: fillSynQueue },
  { title: "SYN cookies", weight: 11, fill: fillCookies },
  { title: "the last quarter", weight: 8, fill: fillLastQuarter },
  { title: "pruning", weight: 7, fill: fillPruning },
  { title: "the SYN+ACK timer", weight: 5, fill: fillLadder },
  { title: "a long SYN+ACK ladder", weight: 1, fill: fillLongLadder },
  { title: "TCP_DEFER_ACCEPT", weight: 7, fill: fillDefer },
  { title: "Fast Open", weight: 6, fill: fillFastOpen },
  { title: "a SO_REUSEPORT group", weight: 5, fill: fillReuseport },
  { title: "a SO_REUSEPORT group with cookies", weight: 2, fill: fillGroupWithCookies },
  { title: "a listener that closes", weight: 7, fill: fillClose },
  { title: "another listen()", weight: 6, fill: fillRelisten },
  { title: "duplicate SYNs", weight: 7, fill: fillDuplicates },
  { title: "clients that give up", weight: 6, fill: fillResets },
  { title: "forged segments", weight: 11, fill: fillForged },
  { title: "a cookie and a request of one client", weight: 3, fill: fillCookieAndRequest },
];
