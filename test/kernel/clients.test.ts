/**
 * Connections of this machine that are stuck at a listener whose every doing the test knows.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { Finding } from "../../src/core/finding.ts";
import type { ClientsDocument, StuckClient } from "../../src/core/listener/clients/clients-document.ts";
import { Namespace } from "../../src/system/linux/namespace/namespace.ts";
import { Links } from "../../src/system/linux/netlink/links.ts";
import { SockDiag } from "../../src/system/linux/netlink/sock-diag.ts";
import { writeSysctl } from "../../src/system/linux/proc/sysctl.ts";
import {
  acceptFrom,
  closeSocket,
  connectTo,
  localEndpoint,
  openListener,
  openTcpSocket,
  sendOn,
} from "../../src/system/linux/socket/tcp-socket.ts";
import { run } from "../../src/ui/cli/run.ts";
import { fakeIo } from "../fakes/io.ts";
import { PATIENCE } from "../support/patience.ts";

const isRoot = process.getuid?.() === 0;

describe.skipIf(!isRoot)("listenq clients (needs root, for a namespace of its own)", () => {
  const home = isRoot ? Namespace.own() : null;
  const open: number[] = [];
  const connect = (port: number, count: number): number[] =>
    Array.from({ length: count }, () => {
      const fd = openTcpSocket("127.0.0.1");
      open.push(fd);
      connectTo(fd, "127.0.0.1", port);
      return fd;
    });
  /** Whose SYNs go again in the same tick: on a busy machine the first ones may lie apart, and their timers with them. */
  const connectInStep = async (port: number, count: number): Promise<number[]> => {
    const diag = new SockDiag();
    for (;;) {
      const fds = connect(port, count);
      const rows = await vi.waitUntil(() => {
        const sent = diag.sockets(["SYN_SENT"], ["ipv4"]);
        return sent.every(({ retransmits }) => retransmits > 0) ? sent : null;
      }, PATIENCE);
      const timers = new Set(rows.map(({ retransmits, expiresMs }) => `${retransmits} ${expiresMs}`));
      if (timers.size === 1) {
        diag.close();
        return fds;
      }
      for (const fd of open.splice(-count)) closeSocket(fd);
    }
  };
  const look = async (...more: string[]): Promise<ClientsDocument> => {
    const io = fakeIo();
    expect(await run(["clients", "--json", ...more], io), io.written.stderr).toBe(0);
    return JSON.parse(io.written.stdout);
  };
  const clientsAt = async (port: number): Promise<readonly StuckClient[]> =>
    (await look(`127.0.0.1:${port}`)).destinations.flatMap(({ clients }) => clients);

  beforeAll(() => {
    const fresh = Namespace.create();
    fresh.enter();
    fresh.close();
    const links = new Links();
    links.setUp(links.indexOf("lo"));
    links.close();
    // A cookie leaves no request, and no SYN+ACK that comes again.
    writeSysctl("net.ipv4.tcp_syncookies", 0);
  });
  afterEach(() => {
    for (const fd of open.splice(0)) closeSocket(fd);
  });
  afterAll(() => {
    home?.enter();
    home?.close();
  });

  it("tells connecting, silent and late from healthy, each for what it is", async () => {
    const listener = openListener({ address: "127.0.0.1", port: 7500, backlog: 5 });
    open.push(listener);
    const healthy = connect(7500, 6).map(localEndpoint);
    const refused = await connectInStep(7500, 5);
    await vi.waitUntil(
      async () => (await clientsAt(7500)).some(({ kind }) => kind === "connecting"),
      PATIENCE,
    );
    // One place: their SYNs come in one tick and are all answered, one final ACK fits.
    const accepted = acceptFrom(listener);
    if (typeof accepted !== "number") open.push(accepted.fd);
    await vi.waitUntil(
      async () => (await clientsAt(7500)).every(({ kind }) => kind !== "connecting"),
      PATIENCE,
    );
    for (const fd of refused) sendOn(fd, new Uint8Array(5));
    const silent = async () => (await clientsAt(7500)).filter(({ kind }) => kind === "silent");
    await vi.waitUntil(async () => (await silent()).length === 4, PATIENCE);
    const clients = await clientsAt(7500);
    // Their SYNs were resent, so nobody knows when the server's ladder began.
    expect((await silent()).every(({ certainty }) => certainty === "likely")).toBe(true);
    expect(clients.filter(({ kind }) => kind === "late")).toHaveLength(1);
    expect(clients.filter(({ local }) => healthy.includes(local))).toEqual([]);
    expect(clients.every(({ process: holder }) => holder?.pid === process.pid)).toBe(true);
    // Once there is room, their own resends bring them in.
    const more = Array.from({ length: 6 }, () => acceptFrom(listener));
    open.push(...more.flatMap((one) => (typeof one === "number" ? [] : [one.fd])));
    await vi.waitUntil(async () => (await clientsAt(7500)).every(({ kind }) => kind === "late"), PATIENCE);
  });

  it("says nothing of connections that are idle, answered, or only just begun", async () => {
    const listener = openListener({ address: "127.0.0.1", port: 7501, backlog: 50 });
    open.push(listener);
    const clients = connect(7501, 20);
    for (const fd of clients.slice(0, 10)) sendOn(fd, new Uint8Array(100));
    expect(await look("127.0.0.1:7501")).toMatchObject({ looked: 20, destinations: [] });
  });

  it("gives one verdict about another's listener, from this side", async () => {
    const listener = openListener({ address: "127.0.0.1", port: 7502, backlog: 0 });
    open.push(listener);
    const verdict = async (port: number): Promise<{ verdict: Finding | null } & ClientsDocument> => {
      const io = fakeIo();
      const code = await run(["why", `127.0.0.1:${port}`, "--for", "300ms", "--json"], io);
      expect(code, io.written.stderr).toBe(0);
      return JSON.parse(io.written.stdout);
    };
    connect(7502, 3);
    await vi.waitUntil(async () => (await clientsAt(7502)).length === 2, PATIENCE);
    const seen = await verdict(7502);
    expect(seen.verdict).toMatchObject({ code: "client-connecting", severity: "warning" });
    expect(seen.verdict?.title).toContain("2 connections to 127.0.0.1:7502");
    expect(seen.watch?.looks).toBeGreaterThan(1);
    const [client] = seen.destinations.flatMap(({ clients }) => clients);
    // From the ladder: since when, and until when.
    expect(client?.sinceMs).toBeGreaterThanOrEqual(1_000);
    expect(client?.givesUpInMs).toBeGreaterThan(60_000);
    expect(await verdict(7503)).toMatchObject({ verdict: null, looked: 0 });
  });

  it("wants an address and a port", async () => {
    const io = fakeIo();
    expect(await run(["clients", "example"], io)).toBe(2);
    expect(io.written.stderr).toContain("HOST:PORT must be");
  });
});
