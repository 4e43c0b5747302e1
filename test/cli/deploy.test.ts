import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { METRICS } from "../../src/system/metrics/metric-catalogue.ts";
import { isInstalled } from "../support/exporter.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const read = (path: string): string => readFileSync(join(root, "deploy", path), "utf8");
/** Labels that Prometheus adds to what it scrapes. */
const BY_PROMETHEUS = ["instance", "job"];
const UNIT = "systemd/listenq-exporter.service";
/** Each was tried by taking it away: test/kernel/privileges.test.ts. */
const LEAST = ["DAC_READ_SEARCH", "SYS_ADMIN", "SYS_PTRACE"];

interface DaemonSet {
  readonly kind: string;
  readonly spec: {
    readonly selector: { readonly matchLabels: object };
    readonly template: {
      readonly metadata: { readonly labels: object };
      readonly spec: {
        readonly hostPID: boolean;
        readonly containers: readonly {
          readonly args: readonly string[];
          readonly image: string;
          readonly ports: readonly { readonly containerPort: number }[];
          readonly securityContext: {
            readonly privileged?: boolean;
            readonly appArmorProfile?: { readonly type: string };
            readonly allowPrivilegeEscalation: boolean;
            readonly capabilities: { readonly drop: readonly string[]; readonly add: readonly string[] };
          };
        }[];
      };
    };
  };
}

describe("what is deployed", () => {
  it.each([
    ["the dashboard", "grafana/listenq.json"],
    ["the alert rules", "prometheus/alerts.yaml"],
  ])("%s asks for metrics that the exporter has, and for labels that they have", (_name, path) => {
    const known = new Map(METRICS.map((metric) => [metric.name, metric.labels]));
    const text = read(path);
    const asked = [...new Set(text.match(/\blistenq_[a-z_]+/g))];
    expect(asked.length).toBeGreaterThan(3);
    expect(asked.filter((name) => !known.has(name))).toEqual([]);
    for (const [, name = "", selector = ""] of text.matchAll(/\b(listenq_[a-z_]+)\{([^}]*)\}/g))
      for (const [, label = ""] of selector.matchAll(/(\w+)\s*[=!]~?/g))
        expect([...(known.get(name) ?? []), ...BY_PROMETHEUS], `${name}{${label}}`).toContain(label);
  });

  it("the dashboard is one that Grafana can read: panels with targets, each with an expression", () => {
    const { panels, title } = JSON.parse(read("grafana/listenq.json")) as {
      title: string;
      panels: readonly { type: string; targets?: readonly { expr: string }[] }[];
    };
    expect(title).toBeTruthy();
    const expressions = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
    expect(expressions.length).toBeGreaterThan(3);
    expect(expressions.every((expr) => expr.length > 0)).toBe(true);
  });

  it("the DaemonSet and the unit ask for the same least capabilities, and for nothing that makes them needless", () => {
    const { kind, spec } = parse(read("kubernetes/daemonset.yaml")) as DaemonSet;
    const { template, selector } = spec;
    const [container] = template.spec.containers;
    expect(kind).toBe("DaemonSet");
    expect(template.metadata.labels).toMatchObject(selector.matchLabels);
    expect(template.spec.hostPID).toBe(true);
    const { capabilities, privileged, allowPrivilegeEscalation } = container?.securityContext ?? {};
    expect(capabilities?.drop).toEqual(["ALL"]);
    expect(new Set(capabilities?.add)).toEqual(new Set(LEAST));
    expect([privileged, allowPrivilegeEscalation]).toEqual([undefined, false]);
    expect(container?.args).toContain(`0.0.0.0:${container?.ports[0]?.containerPort}`);
    // Any other profile of AppArmor hides the processes outside.
    expect(container?.securityContext.appArmorProfile).toEqual({ type: "Unconfined" });
    const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
    expect(container?.image).toBe(`localhost/listenq:${version}`);
    expect(read("Containerfile")).toContain(`-t ${container?.image} `);
    for (const line of ["AmbientCapabilities", "CapabilityBoundingSet"]) {
      const names = new RegExp(`^${line}=(.*)$`, "m").exec(read(UNIT))?.[1]?.split(" ") ?? [];
      expect(new Set(names)).toEqual(new Set(LEAST.map((name) => `CAP_${name}`)));
    }
  });

  it("systemd takes the unit, and calls its exposure OK", (context) => {
    if (!isInstalled("systemd-analyze")) context.skip("systemd-analyze is not installed");
    const folder = mkdtempSync(join(tmpdir(), "listenq-unit-"));
    const unit = join(folder, "listenq-exporter.service");
    // The program is not installed on the machine of the test.
    writeFileSync(unit, read(UNIT).replace("/usr/bin/listenq", process.execPath));
    const analyze = (...args: string[]) =>
      spawnSync("systemd-analyze", [...args, unit], { encoding: "utf8" });
    const verified = analyze("verify", "--man=no");
    // It looks at whatever else is installed too.
    const complaints = verified.stderr.split("\n").filter((line) => line.includes("listenq"));
    expect(complaints).toEqual([]);
    expect(verified.status).toBe(0);
    const exposure = /exposure level for [^:]*: ([\d.]+)/.exec(
      analyze("security", "--offline=true").stdout,
    )?.[1];
    expect(Number(exposure)).toBeLessThan(3);
    rmSync(folder, { recursive: true });
  });

  it("the unit permits what was seen of the exporter under strace: without memory protection keys Node does not start", () => {
    const values = (name: string) =>
      [...read(UNIT).matchAll(new RegExp(`^${name}=(.*)$`, "gm"))].flatMap(([, value = ""]) =>
        value.split(" "),
      );
    expect(values("SystemCallFilter")).toEqual(expect.arrayContaining(["@system-service", "@pkey"]));
    expect(values("RestrictAddressFamilies")).toEqual(expect.arrayContaining(["AF_INET", "AF_NETLINK"]));
    expect(values("RestrictNamespaces")).toEqual(["net"]);
    for (const blinds of ["PrivateNetwork", "PrivateUsers", "MemoryDenyWriteExecute"])
      expect(values(blinds)).toEqual([]);
  });

  it("the image is made from scratch, of the executable, the libraries it names and the licences", () => {
    const file = read("Containerfile");
    const [libraries = "", image = ""] = file.split(/^FROM scratch\n/m);
    const copied = (text: string): string[] =>
      [...text.matchAll(/^COPY (.*) \S+$/gm)].flatMap(([, words = ""]) => words.split(" "));
    expect(copied(libraries)).toEqual(["build/listenq-linux-x64"]);
    expect(copied(image)).toEqual(["--from=libraries", "/image", "LICENSE", "build/LICENSES.txt"]);
    expect(image).toMatch(/^ENTRYPOINT \["\/usr\/bin\/listenq"\]$/m);
    expect(image).toMatch(/^USER 65534:65534$/m);
  });
});
