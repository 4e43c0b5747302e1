import { describe, expect, it } from "vitest";
import { shellLine } from "../../../../../src/core/findings/remedies/shell-line.ts";
import { formatDoctor } from "../../../../../src/core/report/text/doctor-text.ts";

const plain = { paint: (_tone: unknown, text: string) => text, width: 100 };
const kernel = {
  release: "6.18.44",
  version: "6.18.44",
  era: "6.14",
  synQueueTestByVersion: ">",
  synQueueTest: ">",
  synQueueReason: "limit 0 kept one half-open request",
};
const missing = {
  name: "veth pairs",
  answer: "no",
  reason: "EOPNOTSUPP",
  remedy: "modprobe veth",
  needsFor: "the lab",
};

describe("formatDoctor", () => {
  it("names the kernel, its era and the probed rule", () => {
    const text = formatDoctor(kernel, [], plain);
    expect(text).toContain("Kernel 6.18.44\n  era 6.14, by version\n");
    expect(text).toContain("keeps limit + 1 half-open requests, by probe");
    expect(text).not.toContain("backport");
  });

  it("tells the version of the source where the release hides it, and not twice where it does not", () => {
    const debian = { ...kernel, release: "6.1.0-55-cloud-amd64", version: "6.1.192" };
    expect(formatDoctor(debian, [], plain)).toContain("Kernel 6.1.0-55-cloud-amd64, built from 6.1.192\n");
    const trixie = { ...kernel, release: "6.12.117+deb13-cloud-amd64", version: "6.12.117" };
    expect(formatDoctor(trixie, [], plain)).toContain("Kernel 6.12.117+deb13-cloud-amd64\n");
  });

  it("says that a backport decided where the probe contradicts the version", () => {
    const text = formatDoctor(
      { ...kernel, release: "5.14.0-503.el9", synQueueTestByVersion: ">=" },
      [],
      plain,
    );
    expect(text).toMatch(/otherwise \(keeps limit half-open requests\): a backport/);
  });

  it("falls back on the version where nothing could be probed, and says so", () => {
    const text = formatDoctor({ ...kernel, synQueueTest: null, synQueueReason: "no namespace" }, [], plain);
    expect(text).toContain("could not tell, no namespace; by version keeps limit + 1");
  });

  it("prints the remedy and the use of what is missing, and neither for what works", () => {
    const works = { name: "packet sockets", answer: "yes", reason: null, remedy: null, needsFor: "the wire" };
    const text = formatDoctor(kernel, [missing, works], plain);
    expect(text).toContain("no              veth pairs: EOPNOTSUPP\n");
    expect(text).toContain("remedy: modprobe veth\n");
    expect(text).toContain("needed for: the lab\n");
    expect(text).toContain("yes             packet sockets\n");
    expect(text).not.toContain("the wire");
  });

  it.each([40, 60, 80])("breaks lines at %d columns, loses no word, and keeps a command whole", (width) => {
    const command = "echo 0 | sudo tee /proc/sys/kernel/apparmor_restrict_unprivileged_userns";
    const remedy = shellLine(command, "lets ordinary users make namespaces");
    const long = { ...missing, reason: "the kernel refuses it to ordinary users (EPERM)", remedy };
    const lines = formatDoctor(kernel, [long], { ...plain, width }).split("\n");
    expect(lines.filter((line) => line.length > width && !line.includes(command))).toEqual([]);
    const words = (text: string): string[] => text.split(/\s+/);
    expect(words(lines.join(" "))).toEqual(words(formatDoctor(kernel, [long], { ...plain, width: 1_000 })));
  });
});
