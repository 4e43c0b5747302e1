import { describe, expect, it } from "vitest";
import { findForNamespace } from "../../../../../src/core/findings/detect.ts";
import {
  raiseLimit,
  somaxconnLines,
  sysctlLines,
} from "../../../../../src/core/findings/listeners/remedy.ts";
import type { ListenerContainer } from "../../../../../src/core/listener/facts.ts";
import { listener, namespace, queue } from "./facts.ts";

const container = (runtime: ListenerContainer["runtime"], pod: string | null = null): ListenerContainer => ({
  runtime,
  id: "c1",
  name: null,
  pod,
});
const host = namespace();
const other = namespace({}, { self: false });
const lines = (where: typeof host, changes: Parameters<typeof listener>[0] = {}): string =>
  somaxconnLines(listener(changes), where, 8192).join("\n");

describe("somaxconnLines", () => {
  it("sets it now and for good on the host, and says that the process must be restarted", () => {
    expect(lines(host)).toMatch(
      /^echo 'net\.core\.somaxconn = 8192' >> \/etc\/sysctl\.d\/\S+ && sysctl --system; then restart/,
    );
  });

  it("gives the line that enters another namespace: by its process, else by its name", () => {
    expect(lines(other)).toMatch(/^nsenter -t 10 -n sysctl -w net\.core\.somaxconn=8192 .*restart/);
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
    const [first, second] = somaxconnLines(listener({ container: container("docker") }), host, 8192);
    expect(first).toContain("sysctl --system");
    expect(second).toMatch(/^if listenq runs inside the container, instead: .*--sysctl/);
  });
});

describe("sysctlLines", () => {
  it("sets any sysctl where the listener is, and not on the host if it is elsewhere", () => {
    const set = (changes: Parameters<typeof listener>[0], where: typeof host) =>
      sysctlLines(listener(changes), where, "net.ipv4.tcp_syncookies", 1);
    expect(set({}, host)[0]).toContain("echo 'net.ipv4.tcp_syncookies = 1'");
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
    expect(found?.remedy[0]).toMatch(
      /^nsenter -t 10 -n sysctl -w net\.ipv4\.tcp_abort_on_overflow=0 .*at once$/,
    );
  });
});

describe("raiseLimit", () => {
  it("raises the sysctl before the software's own number, which it would clamp", () => {
    const found = raiseLimit({ listener: listener({ acceptQueue: queue(0, 4096) }), namespace: host });
    expect(found[0]).toContain("net.core.somaxconn = 16384");
    expect(found[1]).toMatch(/^nginx: listen … backlog=16384;/);
  });

  it("leaves a sysctl alone that permits it", () => {
    expect(raiseLimit({ listener: listener(), namespace: host })).toHaveLength(1);
  });
});
