/**
 * What every run of this process stands on: a base namespace whose children have small tables of connections, and one
 * namespace for the ends of all wires. They are made for the first run and let go of with the last, since making them anew
 * for each of thousands of runs would cost more than the runs.
 *
 * @module
 */
import { OpenResources } from "../../linux/ffi/descriptor.ts";
import { Namespace } from "../../linux/namespace/namespace.ts";
import { type FreshSysctls, readFreshSysctls, writeIfPresent } from "./lab-sysctls.ts";

/** A child's table of connections is as small as its parent says, and a small one makes a dump of SYN_RECV a hundred times cheaper. */
const SMALL_TABLE_BUCKETS = 1024;

export interface Ground {
  /** The hosts are created inside it. */
  readonly base: Namespace;
  /** The wires' ends. An end vanishes with the host that holds the other one. */
  readonly wires: Namespace;
  /** What a host has before anything is set in it. */
  readonly fresh: FreshSysctls;
}

let ground: Ground | null = null;
let users = 0;

/** The ground, made if nobody stands on it yet. @throws {NotSupportedError} when this user may not make namespaces */
export function standOnGround(): Ground {
  ground ??= layGround();
  users += 1;
  return ground;
}

/** Gives it back; the last one closes it. */
export function leaveGround(): void {
  users -= 1;
  if (users > 0 || ground === null) return;
  ground.wires.close();
  ground.base.close();
  ground = null;
}

function layGround(): Ground {
  const opened = new OpenResources();
  try {
    return layWith(opened);
  } catch (error) {
    opened.close();
    throw error;
  }
}

function layWith(opened: OpenResources): Ground {
  const base = opened.keep(Namespace.create());
  base.inside(() => writeIfPresent("net.ipv4.tcp_child_ehash_entries", SMALL_TABLE_BUCKETS));
  const wires = opened.keep(base.inside(() => Namespace.create()));
  const fresh = wires.inside(() => readFreshSysctls());
  wires.inside(() => {
    // The wires' ends carry frames and have no addresses; IPv6 would make them talk.
    writeIfPresent("net.ipv6.conf.all.disable_ipv6", 1);
    writeIfPresent("net.ipv6.conf.default.disable_ipv6", 1);
  });
  return { base, wires, fresh };
}
