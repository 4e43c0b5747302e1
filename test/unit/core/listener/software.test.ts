import { describe, expect, it } from "vitest";
import { limitOrigin } from "../../../../src/core/listener/limit-origin.ts";
import { findSoftware, KNOWN_SOFTWARE } from "../../../../src/core/listener/software/find-software.ts";

describe("findSoftware", () => {
  it.each([
    ["nginx", "nginx", 511],
    ["redis-server", "Redis", 511],
    ["node", "Node.js", 511],
    ["MainThread", "Node.js", 511],
    ["node-MainThread", "Node.js", 511],
    ["java", "Java", 50],
    ["php-fpm8.2", "PHP-FPM", 511],
    ["python3.11", "Python", 128],
    ["sshd", "OpenSSH", 128],
    ["systemd", "systemd", "somaxconn"],
    ["valkey-server", "Redis", 511],
    ["prometheus", "Go", "somaxconn"],
    ["node_exporter", "Go", "somaxconn"],
    ["kube-apiserver", "Go", "somaxconn"],
    ["uvicorn", "uvicorn", 2048],
  ])("knows the process %s as %s", (process, name, backlog) => {
    expect(findSoftware(process)).toMatchObject({ name, defaultBacklog: backlog });
  });

  it.each(["nginx-exporter", "mynode", "", null])(
    "does not take %j for a server that it knows",
    (process) => {
      expect(findSoftware(process)).toBeNull();
    },
  );

  it("gives each a line with the number in it, or says that there is no setting", () => {
    for (const { name, backlogLine, evidence, processes } of KNOWN_SOFTWARE) {
      expect(backlogLine(2000), name).toMatch(/2000|no setting|built in/);
      expect(evidence.length, name).toBeGreaterThan(10);
      expect(processes.source.startsWith("^"), name).toBe(true);
    }
  });
});

describe("limitOrigin with known software", () => {
  it("says that a default above somaxconn was likely clamped", () => {
    const { limitSetBy, limitSetByEvidence } = limitOrigin(128, 128, findSoftware("nginx"));
    expect(limitSetBy).toBe("somaxconn");
    expect(limitSetByEvidence).toContain("nginx asks for 511");
  });

  it("recognises the software's own number, and does not claim it for another", () => {
    expect(limitOrigin(511, 4096, findSoftware("nginx")).limitSetByEvidence).toContain(
      "511 is what nginx asks for",
    );
    expect(limitOrigin(100, 4096, findSoftware("nginx")).limitSetByEvidence).not.toContain(
      "100 is what nginx",
    );
  });
});
