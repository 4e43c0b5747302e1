/**
 * What happens to the listeners of a soak: they come, overflow and go, in this process, in children, in namespaces of their own;
 * a listener outlives the process that opened it, and a pid is given out again. It samples nothing (`soak.mjs` does).
 *
 * @module
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import process from "node:process";
import {
  closeSocket,
  connectTo,
  openListener,
  openTcpSocket,
} from "../dist/system/linux/socket/tcp-socket.js";

const FIRST_PORT = 20_000;
const PORTS = 9_000;
const MOST_CHILDREN = 4;
/** Listens, then starts a grandchild that inherits the listener, and ends: the listener goes on in the grandchild. */
const HEIR = `
const { spawn } = require("node:child_process");
const server = require("node:net").createServer().listen({ host: "127.0.0.1", port: Number(process.argv[1]), backlog: 3 }, () => {
  spawn("sleep", ["3"], { stdio: ["ignore", "ignore", "ignore", server._handle.fd], detached: true }).unref();
  process.exit();
});`;

/** Makes things happen, round by round. */
export class Churn {
  rounds = 0;
  #children = new Set();
  #lastDeadPid = null;

  /** One round: three listeners overflow, then close; now and then a child, a namespace, an heir. */
  async turn(look) {
    this.rounds += 1;
    const ports = [0, 1, 2].map((place) => FIRST_PORT + ((this.rounds * 3 + place) % PORTS));
    const fds = ports.map((port) => openListener({ address: "127.0.0.1", port, backlog: 1 }));
    await look();
    for (const port of ports) for (let made = 0; made < 4; made += 1) fds.push(connect(port));
    if (this.rounds % 5 === 0) this.#beginChild();
    if (this.rounds % 25 === 0)
      spawn(process.execPath, ["-e", HEIR, String(FIRST_PORT + PORTS + (this.rounds % 100))]);
    await look();
    for (const fd of fds) closeSocket(fd);
  }

  /** Ends every child and waits for it. */
  async end() {
    const ends = [...this.#children].map((child) => once(child, "exit"));
    for (const child of this.#children) child.kill("SIGKILL");
    await Promise.all(ends);
  }

  /** A namespace of its own, and most times the pid of one that has ended. */
  #beginChild() {
    if (this.#children.size >= MOST_CHILDREN) [...this.#children][0].kill("SIGKILL");
    if (this.#lastDeadPid !== null) takePidNext(this.#lastDeadPid);
    const child = spawn("unshare", ["--net", "sleep", "60"], { stdio: "ignore" });
    this.#children.add(child);
    child.once("exit", () => {
      this.#children.delete(child);
      this.#lastDeadPid = child.pid;
    });
  }
}

/** The kernel gives out the pid after the last one; in a PID namespace of our own we may say which that was. */
function takePidNext(pid) {
  writeFileSync("/proc/sys/kernel/ns_last_pid", String(pid - 1));
}

function connect(port) {
  const fd = openTcpSocket("127.0.0.1");
  connectTo(fd, "127.0.0.1", port);
  return fd;
}
