import { describe, expect, it } from "vitest";
import { confinedBy, mapsEveryUser } from "../../../../../src/system/linux/proc/capabilities.ts";

describe("what confines a process", () => {
  it.each([
    [
      "containerd's default",
      "cri-containerd.apparmor.d (enforce)\n",
      "the AppArmor profile cri-containerd.apparmor.d",
    ],
    ["docker's default", "docker-default (enforce)", "the AppArmor profile docker-default"],
    ["a profile that only complains", "docker-default (complain)\n", null],
    ["no profile", "unconfined\n", null],
    [
      "SELinux's type of containers",
      "system_u:system_r:container_t:s0:c1,c2\0",
      "the SELinux type container_t",
    ],
    ["SELinux's type of privileged ones", "system_u:system_r:spc_t:s0\0", null],
    ["no security module", "", null],
  ])("%s", (_name, label, expected) => {
    expect(confinedBy(label)).toBe(expected);
  });

  it.each([
    ["the first user namespace", "         0          0 4294967295\n", true],
    ["a rootless container", "         0       1000          1\n         1     100000      65536\n", false],
    ["a root that is mapped to root alone", "         0          0          1\n", false],
    ["a kernel without user namespaces", "", true],
  ])("%s", (_name, map, expected) => {
    expect(mapsEveryUser(map)).toBe(expected);
  });
});
