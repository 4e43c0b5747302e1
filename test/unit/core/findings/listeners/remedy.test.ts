import { describe, expect, it } from "vitest";
import { findForNamespace } from "../../../../../src/core/findings/detect.ts";
import { fileLimitLines } from "../../../../../src/core/findings/remedies/file-limit-remedy.ts";
import { raiseLimit, softwareLines } from "../../../../../src/core/findings/remedies/remedy.ts";
import { shellLine, splitShellLine } from "../../../../../src/core/findings/remedies/shell-line.ts";
import { somaxconnLines, sysctlLines } from "../../../../../src/core/findings/remedies/sysctl-remedy.ts";
import type { ListenerContainer } from "../../../../../src/core/listener/facts.ts";
import type { MachineFacts, SysctlSetting } from "../../../../../src/core/listener/machine-facts.ts";
import { facts, listener, namespace, owner, queue } from "./facts.ts";

const container = (runtime: ListenerContainer["runtime"], pod: string | null = null): ListenerContainer => ({
  runtime,
  id: "c1",
  name: null,
  pod,
});
const host = namespace();
const other = namespace({}, { self: false });
const lines = (where: typeof host, changes: Parameters<typeof listener>[0] = {}): string =>
  somaxconnLines({ listener: listener(changes), namespace: where }, 8192).join("\n");
const setBy = (setting: SysctlSetting | null): MachineFacts => ({
  sysctlSettings: { "net.core.somaxconn": setting },
  kernelVersion: "6.18.0",
  seesAllProcesses: true,
  mostOpenFiles: 1_048_576,
});

describe("somaxconnLines", () => {
  it("sets it now, and says that the process must be restarted", () => {
    const [now, , raise, restart] = lines(host).split("\n");
    expect(now).toBe("sysctl -w net.core.somaxconn=8192  # now, for each listen() from here on");
    expect(raise).toMatch(/^listenq raise 80 --to 8192 {2}# now, as root/);
    expect(restart).toMatch(/^then restart the listening process \(nginx\)/);
    const unit = { runtime: "systemd", id: "nginx.service", name: "nginx.service", pod: null } as const;
    expect(lines(host, { container: unit })).toContain("systemctl restart nginx.service  # ");
  });

  it.each([
    [
      "nobody does",
      null,
      /^echo 'net.core.somaxconn = 8192' > \/etc\/sysctl.d\/99-listenq-somaxconn.conf {2}#/,
    ],
    [
      "a file of /etc does",
      { path: "/etc/sysctl.conf", key: "net/core/somaxconn", value: "128" },
      /^sed -i 's\|\^\[\[:space:\]-\]\*net\/core\/somaxconn\[\[:space:\]\]\*=\.\*\|net.core.somaxconn = 8192\|' \/etc\/sysctl.conf {2}# .*128/,
    ],
    [
      "a package does, in a file that is read late",
      { path: "/usr/lib/sysctl.d/99-tuned.conf", key: "net.core.somaxconn", value: "128" },
      /> \/etc\/sysctl.d\/zz-99-listenq-somaxconn.conf/,
    ],
  ])("changes for good what counts today, where %s", (_, setting, expected) => {
    const place = { listener: listener(), namespace: host, machine: setBy(setting) };
    expect(somaxconnLines(place, 8192)[1]).toMatch(expected);
  });

  it("has where to look, for a machine that it has not seen", () => {
    expect(lines(host)).toContain("grep -rsn somaxconn /etc/sysctl.conf");
  });

  it("gives the line that enters another namespace: by its process, else by its name", () => {
    expect(lines(other)).toMatch(/^nsenter -t 10 -n sysctl -w net\.core\.somaxconn=8192 {2}# .*\n.*restart/);
    expect(lines({ ...other, name: "blue" }, { process: null })).toMatch(
      /^ip netns exec blue sysctl -w net\.core\.somaxconn=8192/,
    );
  });

  it.each([
    ["docker", null, "--sysctl net.core.somaxconn=8192"],
    ["lxc", null, "lxc.sysctl.net.core.somaxconn = 8192"],
    ["cri-o", "uid", "securityContext.sysctls"],
  ] as const)("sets it where a container is started: %s", (runtime, pod, words) => {
    expect(lines(other, { container: container(runtime, pod) })).toContain(words);
  });

  it("sets the host's for a container with the host's network, where runtimes refuse another", () => {
    const place = { listener: listener({ container: container("docker") }), namespace: host };
    const [first, , third] = somaxconnLines(place, 8192);
    expect(first).toContain("sysctl -w");
    expect(third).toMatch(/^if listenq runs inside the container, instead: .*--sysctl/);
  });
});

describe("sysctlLines", () => {
  it("sets any sysctl where the listener is, and not on the host if it is elsewhere", () => {
    const set = (changes: Parameters<typeof listener>[0], where: typeof host) =>
      sysctlLines({ listener: listener(changes), namespace: where }, "net.ipv4.tcp_syncookies", 1);
    expect(set({}, host)[0]).toContain("sysctl -w net.ipv4.tcp_syncookies=1");
    expect(set({}, other)[0]).toContain("nsenter -t 10 -n sysctl -w net.ipv4.tcp_syncookies=1");
    const [pod] = set({ container: container("containerd", "uid") }, other);
    expect(pod).toContain("{name: net.ipv4.tcp_syncookies");
    // Kubernetes counts this one as safe.
    expect(pod).not.toContain("unsafe");
  });

  it("is what the finding about a namespace advises", () => {
    const [found] = findForNamespace({
      namespace: namespace({ tcp_abort_on_overflow: 1 }, { self: false }),
      own: host,
      listeners: [listener()],
    });
    expect(found?.remedy[0]).toMatch(/^nsenter -t 10 -n sysctl -w net\.ipv4\.tcp_abort_on_overflow=0 {2}# /);
  });
});

describe("raiseLimit", () => {
  it("raises the sysctl before the software's own number, which it would clamp", () => {
    const found = raiseLimit({ listener: listener({ acceptQueue: queue(0, 4096) }), namespace: host });
    expect(found[0]).toContain("net.core.somaxconn=16384");
    expect(found.at(-1)).toMatch(/^nginx: listen … backlog=16384;/);
  });

  it("leaves a sysctl alone that permits it", () => {
    const [now, later, ...rest] = raiseLimit({ listener: listener(), namespace: host });
    expect(now).toMatch(/^listenq raise 80 --to 2044 {2}#/);
    expect(later).toContain("backlog=2044");
    expect(rest).toEqual([]);
  });

  it("names no second listen() where the kernel would clamp it, nobody is seen who holds the listener, or it has no port", () => {
    const clamped = { ...host, self: false, sysctls: { ...host.sysctls, somaxconn: 128 } };
    const none = [
      raiseLimit({ listener: listener(), namespace: clamped }),
      raiseLimit({ listener: listener({ process: null }), namespace: host }),
      raiseLimit({ listener: listener({ protocol: "unix", port: null }), namespace: host }),
    ];
    expect(none.flat().filter((line) => line.includes("listenq raise"))).toEqual([]);
  });
});

describe("softwareLines", () => {
  it("does not make PostgreSQL take more connections for the sake of a queue", () => {
    const found = softwareLines(listener({ process: { pid: 9, name: "postgres", fd: 6 } }), 1024).join();
    expect(found).not.toMatch(/max_connections =|restart/);
    expect(found).toContain("pgbouncer");
  });
});

describe("fileLimitLines", () => {
  const commands = (soft: number, hardFileLimit: number | null, most: number) =>
    fileLimitLines(owner({ hardFileLimit }), soft, {
      ...facts(),
      machine: { ...setBy(null), mostOpenFiles: most },
    }).flatMap((line) => splitShellLine(line)?.command ?? []);

  it.each([
    [
      "the soft limit alone where the hard one has room",
      1024,
      1_048_576,
      1_048_576,
      ["prlimit --pid 10 --nofile=65536:"],
    ],
    [
      "the hard one second, as root",
      30,
      4096,
      1_048_576,
      ["prlimit --pid 10 --nofile=4096:", "prlimit --pid 10 --nofile=65536:65536"],
    ],
    [
      "the hard one alone where the soft one is at it",
      1024,
      1024,
      1_048_576,
      ["prlimit --pid 10 --nofile=65536:65536"],
    ],
    ["no more than fs.nr_open", 524_288, 524_288, 1_048_576, ["prlimit --pid 10 --nofile=1048576:1048576"]],
    ["nothing above fs.nr_open", 1_048_576, 1_048_576, 1_048_576, []],
  ])("gives %s", (_, soft, hard, most, expected) => {
    expect(commands(soft, hard, most)).toEqual(expected);
  });
});

describe("shellLine", () => {
  it("is the whole line for a shell, and comes apart again", () => {
    expect(splitShellLine(shellLine("kill 5", "ends it"))).toEqual({ command: "kill 5", words: "ends it" });
    expect(splitShellLine("restart the program")).toBeNull();
  });
});
