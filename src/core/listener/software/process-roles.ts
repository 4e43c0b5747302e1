/**
 * Which holders of a listener are no servers, by their names. Pure.
 *
 * @module
 */
import type { ListenerProcess } from "../facts.ts";

/** systemd and its like: they hold the listener until a service is there that accepts. In a container PID 1 is the server. */
export function isInit({ pid, name }: ListenerProcess): boolean {
  return pid === 1 && /^(systemd|init)$/.test(name);
}

/** Programs that open listeners for others: where another process holds it too, that one accepts. */
const SUPERVISORS = /^(inetd|xinetd|systemd-socket-|dovecot|varnishd|master)$/;

/** Whether a process is known to leave a listener to those whom it starts, as far as it has started one. */
export function isSupervisor({ name }: ListenerProcess): boolean {
  return SUPERVISORS.test(name);
}

/** Programs that start a process for each client, which inherits the listener and leaves it alone. */
const CLIENT_FORKERS = /^(dnsmasq|socat)$/;

/** Whether, of several processes of that program, only the one that started the others accepts. */
export function forksForClients({ name }: ListenerProcess): boolean {
  return CLIENT_FORKERS.test(name);
}

/** Programs that never accept: one that holds a listener has inherited it. */
const NO_SERVERS =
  /^(sleep|sh|bash|dash|ash|zsh|fish|cat|tail|tee|grep|awk|sed|xargs|timeout|nohup|setsid|sudo|su|logger|cron|tini|dumb-init)$/;

/** Whether a process is known to be no server. */
export function neverAccepts({ name }: ListenerProcess): boolean {
  return NO_SERVERS.test(name);
}
