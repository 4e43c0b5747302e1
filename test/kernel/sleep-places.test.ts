/**
 * The functions of this kernel in which a process sleeps that waits for something, and what is said of them: a name that the
 * kernel changes would make the words vanish.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it, vi } from "vitest";
import { sleepWords } from "../../src/core/findings/listeners/sleep-places.ts";
import { readProcessState } from "../../src/system/linux/proc/process-state.ts";
import { hasProgram } from "../support/own-world.ts";
import { PATIENCE } from "../support/patience.ts";

const folder = mkdtempSync(join(tmpdir(), "listenq-sleep-"));
const started: ChildProcess[] = [];
afterAll(() => {
  // With whom they have started.
  for (const { pid } of started) if (pid !== undefined) process.kill(-pid, "SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

const PAIR = "a,b=socket.socketpair()";
const TCP = "s=socket.create_server(('127.0.0.1',0)); c=socket.create_connection(s.getsockname())";

const CASES: readonly (readonly [words: string, python: string])[] = [
  ["writes into a full pipe that nobody empties", "r,w=os.pipe()\nwhile 1: os.write(w,b'x'*4096)"],
  ["waits for what comes through a pipe", "r,w=os.pipe(); os.read(r,1)"],
  ["waits for the lock of a file", "f=open('a','w'); fcntl.flock(f,2); fcntl.flock(open('a'),2)"],
  [
    "waits for the lock of a file",
    "f=open('b','w'); r,w=os.pipe()\nif os.fork()==0: fcntl.lockf(f,2); os.write(w,b'x'); time.sleep(1e6)\nos.read(r,1); fcntl.lockf(f,2)",
  ],
  [
    "waits for room in a unix socket that nobody empties",
    `a=socket.socket(1,2); a.bind('log'); b=socket.socket(1,2)\nwhile 1: b.sendto(b'x','log')`,
  ],
  ["waits for room in a unix socket that nobody empties", `${PAIR}\nwhile 1: a.send(b'x'*4096)`],
  ["waits for what comes through a unix socket", `${PAIR}; a.recv(1)`],
  ["waits for the other end of a connection", `${TCP}; c.recv(1)`],
  ["waits for the other end of a connection", `${TCP}\nwhile 1: c.send(b'x'*65536)`],
  ["waits for a connection at another listener", "s=socket.create_server(('127.0.0.1',0)); s.accept()"],
  ["waits for a process that it has started to end", "os.fork() or time.sleep(1e6); os.wait()"],
  ["opens a FIFO at whose other end nobody is", "os.mkfifo('f'); open('f')"],
  ["sleeps of its own accord", "time.sleep(1e6)"],
];

describe.skipIf(!hasProgram("python3") || process.getuid?.() !== 0)(
  "what a process waits for (needs root and python3)",
  () => {
    it.concurrent.each(CASES)("%s: %s", async (words, python) => {
      const script = `import fcntl,os,socket,time\n${python}`;
      const child = spawn("python3", ["-c", script], { cwd: folder, stdio: "ignore", detached: true });
      started.push(child);
      const { pid } = child;
      if (pid === undefined) throw new Error("python3 did not start");
      const said = () => {
        const { sleepsIn, threads } = readProcessState(pid);
        return sleepWords({ process: { pid, name: "python3", fd: 3 }, sleepsIn, threads: threads.size });
      };
      await vi.waitFor(() => expect(said()).toBe(words), PATIENCE);
    });
  },
);
