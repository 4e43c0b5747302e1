/**
 * Situations that are about who holds a listener and what became of it, and about limits of software, beside those of `situations.ts`.
 *
 * @module
 */
import { clients, python, type Situation } from "./situation.ts";

/** In the order of the table. */
export const HOLDER_SITUATIONS: readonly Situation[] = [
  {
    situation: "IPv4 and IPv6 apart on one port, of which IPv4 is full",
    ...python("one_family_full"),
    verdict: "nobody-accepts",
  },
  {
    situation: "the server waits for a child of vfork()",
    ...python("parent_of_vfork"),
    verdict: "owner-not-running",
  },
  {
    situation: "four workers of one listener, all of them busy for ever",
    ...python("all_workers_hang"),
    verdict: "nobody-accepts",
  },
  {
    situation: "bursts at a limit that somaxconn keeps at 8",
    ...python("somaxconn_bursts"),
    verdict: "limit-too-small",
    remedy: /^sysctl -w net\.core\.somaxconn=1024/,
  },
  {
    situation: "nobody accepts, and tcp_abort_on_overflow resets whoever is refused",
    ...python("abort_on_overflow"),
    verdict: "nobody-accepts",
  },
  {
    situation: "one of three members of a group is stopped by a signal",
    ...python("member_stopped"),
    verdict: "owner-not-running",
    remedy: /^kill -CONT \d+/,
  },
  {
    situation: "a full listener with an abstract unix name",
    ...python("abstract_full"),
    verdict: "nobody-accepts",
    title: /python3/,
  },
  {
    situation: "the server stands still for one second of every two",
    ...python("pauses"),
    forMs: 4000,
    verdict: "taken-late",
    // The watch may end in a second in which it is stopped.
    orElse: "owner-not-running",
  },
  {
    situation: "the main thread has ended, another one accepts nobody",
    ...python("leader_gone"),
    verdict: "nobody-accepts",
    title: /^python3/,
  },
  {
    situation: "at its connection limit it accepts and closes at once",
    software: "memcached",
    needs: ["memcached", "python3"],
    script: `memcached -u root -l 127.0.0.1 -p 11211 -c 32 -t 1 -b 16 & until_listens 11211; PORT=11211; ${clients(11211, 90, 0.01)}; sleep 1`,
    verdict: "not-the-queue",
  },
  {
    situation: "at server.max-connections",
    software: "lighttpd",
    needs: ["lighttpd", "python3"],
    script: `printf 'server.document-root = "%s"\\nserver.port = 8080\\nserver.bind = "127.0.0.1"\\nserver.max-connections = 4\\nserver.listen-backlog = 16\\n' $PWD > l.conf
      lighttpd -D -f l.conf > l.log 2>&1 & until_listens 8080; PORT=8080
      coproc C { python3 $FIXTURES/clients.py 8080 60 .01 60 silent; }; read -r _ <&"\${C[0]}"; sleep 1`,
    verdict: "nobody-accepts",
  },
  {
    situation: "a socket that was handed to a service which does not serve it",
    software: "systemd-socket-activate",
    needs: ["systemd-socket-activate", "python3"],
    script: `systemd-socket-activate -l 127.0.0.1:8080 sleep 1000 > a.log 2>&1 & until_listens 8080; PORT=8080; ${clients(8080, 1000, 0.01, 30)}; sleep 1`,
    verdict: "listener-without-acceptor",
    title: /sleep/,
  },
];
