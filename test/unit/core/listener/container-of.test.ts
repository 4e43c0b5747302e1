import { describe, expect, it } from "vitest";
import { containerOf } from "../../../../src/core/listener/container-of.ts";

const ID = "3f1b".repeat(16);
const POD = "1c3d5e7f-0a2b-4c6d-8e9f-001122334455";
const UNDERSCORED = POD.replaceAll("-", "_");

describe("containerOf", () => {
  it.each([
    ["docker, v1", `4:memory:/docker/${ID}\n1:name=systemd:/docker/${ID}\n`, "docker", ID, null],
    ["docker, v2 and systemd", `0::/system.slice/docker-${ID}.scope\n`, "docker", ID, null],
    ["docker in docker is the inner one", `0::/docker/${"a".repeat(64)}/docker/${ID}\n`, "docker", ID, null],
    ["podman", `0::/machine.slice/libpod-${ID}.scope/container\n`, "podman", ID, null],
    [
      "podman, rootless",
      `0::/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-${ID}.scope\n`,
      "podman",
      ID,
      null,
    ],
    ["podman, v1", `11:pids:/libpod_parent/libpod-${ID}\n`, "podman", ID, null],
    [
      "containerd under Kubernetes, systemd",
      `0::/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${UNDERSCORED}.slice/cri-containerd-${ID}.scope\n`,
      "containerd",
      ID,
      POD,
    ],
    [
      "containerd under Kubernetes, slice in the name",
      `0::/system.slice/containerd.service/kubepods-besteffort-pod${UNDERSCORED}.slice:cri-containerd:${ID}\n`,
      "containerd",
      ID,
      POD,
    ],
    ["Kubernetes, cgroupfs", `3:cpu:/kubepods/burstable/pod${POD}/${ID}\n`, "kubernetes", ID, POD],
    ["CRI-O", `0::/kubepods.slice/kubepods-pod${UNDERSCORED}.slice/crio-${ID}.scope\n`, "cri-o", ID, POD],
    ["ECS", `9:perf_event:/ecs/task/${ID}\n`, "docker", ID, null],
    ["nerdctl", `0::/system.slice/nerdctl-${ID}.scope\n`, "containerd", ID, null],
  ])("names %s", (_, cgroup, runtime, id, pod) => {
    expect(containerOf(cgroup)).toEqual({ runtime, id, name: null, pod });
  });

  it.each([
    ["lxc, v2", "0::/lxc.payload.web/system.slice/nginx.service\n", "lxc", "web"],
    ["lxc, v1", "5:cpuset:/lxc/web\n", "lxc", "web"],
    ["nspawn", "0::/machine.slice/machine-my\\x2dbox.scope\n", "nspawn", "my-box"],
    ["a unit, v2", "0::/system.slice/nginx.service\n", "systemd", "nginx.service"],
    [
      "a unit, v1",
      "4:memory:/system.slice/nginx.service\n1:name=systemd:/system.slice/nginx.service\n",
      "systemd",
      "nginx.service",
    ],
    [
      "an instance",
      "0::/system.slice/system-postgresql.slice/postgresql@15-main.service\n",
      "systemd",
      "postgresql@15-main.service",
    ],
    [
      "a user's unit",
      "0::/user.slice/user-1000.slice/user@1000.service/app.slice/web.service\n",
      "systemd",
      "web.service",
    ],
    [
      "a virtual machine",
      "0::/machine.slice/machine-qemu\\x2d1\\x2dweb.scope\n",
      "systemd",
      "machine-qemu-1-web.scope",
    ],
    ["a login session", "0::/user.slice/user-1000.slice/session-3.scope\n", "systemd", "session-3.scope"],
    ["a unit behind ..", "0::/../../system.slice/redis.service\n", "systemd", "redis.service"],
  ])("names %s", (_, cgroup, runtime, name) => {
    expect(containerOf(cgroup)).toMatchObject({ runtime, name, id: name, pod: null });
  });

  it("names the pod of a cluster whose kubelet has a slice of its own (kind)", () => {
    const pod = "01234567-89ab-cdef-0123-456789abcdef";
    const id = "a".repeat(64);
    const slice = `kubelet-kubepods-burstable-pod${pod.replaceAll("-", "_")}.slice`;
    const path = `0::/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-burstable.slice/${slice}/cri-containerd-${id}.scope\n`;
    expect(containerOf(path)).toMatchObject({ runtime: "containerd", id, pod });
  });

  it.each([
    ["the root", "0::/\n"],
    ["PID 1", "0::/init.scope\n"],
    ["nothing", ""],
    ["an id that is too short", "4:memory:/process/d8cc76af8b30a7d39620e37fd42ce239\n"],
    ["a line without colons", "garbage\n"],
    ["a slice alone", "0::/system.slice\n"],
  ])("names nothing for %s", (_, cgroup) => {
    expect(containerOf(cgroup)).toBeNull();
  });

  it("takes a path with colons and control characters for what it is", () => {
    expect(containerOf("0::/system.slice/a:b\u001b[31m.service\n")?.name).toBe("a:b\u001b[31m.service");
  });
});
