/**
 * What to do: the parsed form of a scenario, in milliseconds and bytes. schema.ts defines the text form and its checks.
 *
 * @module
 */

import type { Forgery } from "../wire/packet/forge-tcp.ts";

/** Which packets a wire rule is about, and what it does with them. */
export interface WireRule {
  /** The host that sends. */
  readonly from: "client" | "server";
  /** The client whose connection it is; null for any. */
  readonly client: string | null;
  /** tcpdump's letters, such as `"S."`; null for any. */
  readonly flags: string | null;
  /** True only for packets with payload, false only for those without; null for any. */
  readonly payload: boolean | null;
  /** The how-manieth packet that fits, from 1; null for all of them. */
  readonly nth: number | null;
  /** `forge` is as `duplicate` and `replace` as `hold`, with other numbers or flags. */
  readonly action: "drop" | "duplicate" | "hold" | "forge" | "replace";
  /** How much later a held packet or the copy of one arrives. */
  readonly byMs: number;
  /** What `forge` and `replace` put in; null with another action. */
  readonly forgery: Forgery | null;
}

/** What joins the hosts. */
export interface WirePlan {
  /** One way. */
  readonly delayMs: number;
  /** Share of packets lost at random, 0 to 1. */
  readonly loss: number;
  /** Seed of that chance. */
  readonly seed: number;
  readonly rules: readonly WireRule[];
}

/** When and how the server takes connections from its accept queue. */
export interface AcceptPlan {
  /** `one-at-a-time`: the next accept() comes when the last connection is closed. */
  readonly how: "never" | "at-once" | "one-at-a-time";
  /** How long a connection is held open after the answer. */
  readonly holdMs: number;
  readonly answerBytes: number;
  /** `server`: the answer does not wait for a request. */
  readonly speaksFirst: "client" | "server";
}

/** A call that the server makes at a moment of the scenario. */
export interface ServerCall {
  readonly atMs: number;
  readonly call: "listen" | "accept" | "close";
  /** The backlog of `listen`, the number of accept() calls of `accept`; 0 for `close`. */
  readonly argument: number;
}

/** One listener of the server host. */
export interface ListenerPlan {
  readonly name: string;
  readonly port: number;
  readonly backlog: number;
  readonly reusePort: boolean;
  /** TCP_DEFER_ACCEPT in seconds; 0 without it. */
  readonly deferAcceptS: number;
  /** TCP_FASTOPEN: how many Fast Open requests may wait; 0 without it. */
  readonly fastOpenQueue: number;
  readonly accept: AcceptPlan;
  readonly calls: readonly ServerCall[];
}

/** One client; it connects once. */
export interface ClientPlan {
  readonly name: string;
  readonly atMs: number;
  /** The name of the listener it connects to. */
  readonly listener: string;
  /** What it sends as soon as it is connected; 0 for a silent client. */
  readonly sendBytes: number;
  /** When it closes by itself, counted from its connect(); null to wait for the server. */
  readonly closeAfterMs: number | null;
  /** Whether that close is a reset. */
  readonly closeBy: "FIN" | "RST";
  /** Whether what it sends goes with its SYN (TCP_FASTOPEN_CONNECT). */
  readonly fastOpen: boolean;
}

/** A sysctl that is changed while the scenario runs. */
export interface SysctlChange {
  readonly atMs: number;
  readonly host: "client" | "server";
  readonly name: string;
  readonly value: number;
}

export interface Scenario {
  /** One sentence. */
  readonly title: string;
  /** `unix`: the listeners and clients are AF_UNIX stream sockets of one host; there are no packets. */
  readonly topology: "wire" | "loopback" | "unix";
  readonly family: "ipv4" | "ipv6";
  /** Sysctls of both hosts. */
  readonly sysctls: Readonly<Record<string, number>>;
  /** Sysctls changed on the way. */
  readonly changes: readonly SysctlChange[];
  readonly wire: WirePlan;
  readonly listeners: readonly ListenerPlan[];
  readonly clients: readonly ClientPlan[];
  /** When the socket tables of both hosts are recorded. */
  readonly lookAtMs: readonly number[];
  /** The longest it may take; it ends sooner when every client is done. */
  readonly durationMs: number;
}

/** Addresses of the lab, from the ranges that RFC 5737 and RFC 3849 keep for documentation. */
export const LAB_ADDRESSES = {
  wire: {
    ipv4: { client: "192.0.2.1", server: "192.0.2.2", prefixLength: 24 },
    ipv6: { client: "2001:db8::1", server: "2001:db8::2", prefixLength: 64 },
  },
  loopback: {
    ipv4: { client: "127.0.0.1", server: "127.0.0.1", prefixLength: 8 },
    ipv6: { client: "::1", server: "::1", prefixLength: 128 },
  },
  /** AF_UNIX sockets have names; the loopback addresses stand for them where a trace needs an endpoint. */
  unix: {
    ipv4: { client: "127.0.0.1", server: "127.0.0.1", prefixLength: 8 },
    ipv6: { client: "::1", server: "::1", prefixLength: 128 },
  },
} as const;

/** The first client's source port; the others follow, so that a trace can be read without a table. */
export const FIRST_CLIENT_PORT = 40_001;

/** The endpoint of a client by its place in the scenario, counted from 0. */
export function clientEndpoint(scenario: Scenario, place: number): string {
  return endpointOf(LAB_ADDRESSES[scenario.topology][scenario.family].client, FIRST_CLIENT_PORT + place);
}

/** The endpoint of a listener. */
export function listenerEndpoint(scenario: Scenario, listener: ListenerPlan): string {
  return endpointOf(LAB_ADDRESSES[scenario.topology][scenario.family].server, listener.port);
}

/** The name of the client with this endpoint, or null. */
export function clientNameOf(scenario: Scenario, endpoint: string): string | null {
  const place = Number(endpoint.slice(endpoint.lastIndexOf(":") + 1)) - FIRST_CLIENT_PORT;
  return scenario.clients[place]?.name ?? null;
}

/** The name of the listener at a server endpoint; null if there is none, or a SO_REUSEPORT group of several. */
export function listenerNameAt(scenario: Scenario, endpoint: string): string | null {
  const [first, ...others] = scenario.listeners.filter((one) => listenerEndpoint(scenario, one) === endpoint);
  return others.length === 0 ? (first?.name ?? null) : null;
}

/** The listener with this name. */
export function listenerNamed(scenario: Scenario, name: string): ListenerPlan {
  const listener = scenario.listeners.find((candidate) => candidate.name === name);
  if (listener === undefined) throw new Error(`no listener ${name} in the scenario`);
  return listener;
}

function endpointOf(address: string, port: number): string {
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}
