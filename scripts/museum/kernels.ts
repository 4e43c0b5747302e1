/**
 * The kernels of the museum: Debian's cloud builds, which boot without a driver from an initramfs. Each is here for a reason: a
 * rule of the model changed beside it, or Debian's users run it.
 *
 * There is none older than 5.10 and none from 6.2 to 6.11 in Debian's archive, and of 7.0 and 7.1 the modules are gone.
 *
 * @module
 */

import { UsageError } from "../../src/core/errors.ts";

/** A package, and what its file must hash to. */
export interface KernelPackage {
  readonly name: string;
  readonly version: string;
  readonly sha256: string;
}

/** One kernel. */
export interface MuseumKernel {
  /** Its version as its authors count it. */
  readonly id: string;
  /** The suite of Debian's archive that has it. */
  readonly suite: string;
  /** What stands for it when it has left the archive: the nearest version of the same series. */
  readonly series: string;
  readonly packages: readonly KernelPackage[];
  readonly why: string;
}

/** Oldest first. */
export const MUSEUM: readonly MuseumKernel[] = [
  {
    id: "5.10.218",
    suite: "bullseye",
    series: "5.10",
    packages: [
      {
        name: "linux-image-5.10.0-30-cloud-amd64",
        version: "5.10.218-1",
        sha256: "24fce24f8c058b426b3eb4ec4778d0ac10d84302743cacba53f3ea168cf0b0a5",
      },
    ],
    why: "the oldest in the archive; the SYN queue is full at its limit",
  },
  {
    id: "5.10.223",
    suite: "bullseye",
    series: "5.10",
    packages: [
      {
        name: "linux-image-5.10.0-32-cloud-amd64",
        version: "5.10.223-1",
        sha256: "fb4a1229952d892138532c1d9f40a7fd0bd408e4dcf969c12e4524b6a89fdcb8",
      },
    ],
    why: "the last in the archive before the SYN queue's test changed",
  },
  {
    id: "5.10.251",
    suite: "bullseye-security",
    series: "5.10",
    packages: [
      {
        name: "linux-image-5.10.0-43-cloud-amd64",
        version: "5.10.251-5",
        sha256: "70e2f729c26ed8e13d47f8c0c4f5bbd8b61750c57c08d484ff9c743436fa4302",
      },
    ],
    why: "the first in the archive after it (5.10.234)",
  },
  {
    id: "5.10.262",
    suite: "bullseye-security",
    series: "5.10",
    packages: [
      {
        name: "linux-image-5.10.0-46-cloud-amd64",
        version: "5.10.262-1",
        sha256: "18d94781d1b3052e21967ac2262239e5f14fbf511d6c3e110629d7aa35340760",
      },
    ],
    why: "the newest 5.10: what Debian 11 runs",
  },
  {
    id: "6.1.170",
    suite: "bookworm",
    series: "6.1",
    packages: [
      {
        name: "linux-image-6.1.0-47-cloud-amd64",
        version: "6.1.170-3",
        sha256: "139e51253b0d93db1ba3eb87707f76f3c5a7d83a50a5e5aacbda010ad21bd73a",
      },
    ],
    why: "the oldest 6.1 in the archive",
  },
  {
    id: "6.1.192",
    suite: "bookworm-security",
    series: "6.1",
    packages: [
      {
        name: "linux-image-6.1.0-57-cloud-amd64",
        version: "6.1.192-3",
        sha256: "4fdd0172a8c3f41a97e92465b2ac1867e1c10d82d7aeed3d26ee7a5d14df1754",
      },
    ],
    why: "the newest 6.1: what Debian 12 runs",
  },
  {
    id: "6.12.43",
    suite: "bookworm-backports",
    series: "6.12",
    packages: [
      {
        name: "linux-image-6.12.43+deb12-cloud-amd64",
        version: "6.12.43-1~bpo12+1",
        sha256: "e23bf6c82d71843946784a7fec8a20f642f3f712ac8f7e00d07f92fce33d8da7",
      },
    ],
    why: "the oldest in the archive with linear SYN timeouts",
  },
  {
    id: "6.12.118",
    suite: "trixie-security",
    series: "6.12",
    packages: [
      {
        name: "linux-image-6.12.118+deb13-cloud-amd64",
        version: "6.12.118-1",
        sha256: "07f23ba1de88377d700e1e2f5b2ee495ff89b0d0bb73fdbd3eac8f6b27609b9a",
      },
    ],
    why: "the newest 6.12: what Debian 13 runs",
  },
  {
    id: "6.16.3",
    suite: "trixie-backports",
    series: "6.16",
    packages: [
      {
        name: "linux-image-6.16.3+deb13-cloud-amd64",
        version: "6.16.3-1~bpo13+1",
        sha256: "40d706411f3ab9c7d80f72f63dd50c8c655d7c1363a38e27eb53bec0567e9f0f",
      },
    ],
    why: "the oldest in the archive that names a refused packet TCP_LISTEN_OVERFLOW",
  },
  {
    id: "6.18.15",
    suite: "trixie-backports",
    series: "6.18",
    packages: [
      {
        name: "linux-image-6.18.15+deb13-cloud-amd64",
        version: "6.18.15-1~bpo13+1",
        sha256: "5a507681ea8c978d02265a7fec2f02c9588fb48b54b7f71edc1059e86007f3ec",
      },
    ],
    why: "the series that the model was made from",
  },
  {
    id: "7.2.6",
    suite: "trixie-backports",
    series: "7.2",
    packages: [
      {
        name: "linux-binary-7.2.6+deb13-cloud-amd64",
        version: "7.2.6-1~bpo13+1",
        sha256: "c213df3839b725e0309ca93a4c351f072ea06984a16a565415813ca9e722a31c",
      },
      {
        name: "linux-modules-7.2.6+deb13-cloud-amd64",
        version: "7.2.6-1~bpo13+1",
        sha256: "90a1300d864a2ccaed2b56d80344f3e4ccedb4304453cf3234ff19a276560108",
      },
      {
        name: "linux-base-7.2.6+deb13-cloud-amd64",
        version: "7.2.6-1~bpo13+1",
        sha256: "fad4866d4907d0dc680c3b07ec23a8fcb0dc2dd523459e884f7320070b61ddb7",
      },
    ],
    why: "the oldest 7.x whose modules are in the archive",
  },
  {
    id: "7.3.4",
    suite: "trixie-backports",
    series: "7.3",
    packages: [
      {
        name: "linux-binary-7.3.4+deb13-cloud-amd64",
        version: "7.3.4-1~bpo13+1",
        sha256: "c4fbc8e404958693b28825474c20742d70594d65ca58aea7be6a279c81eb6fa0",
      },
      {
        name: "linux-modules-7.3.4+deb13-cloud-amd64",
        version: "7.3.4-1~bpo13+1",
        sha256: "359f04c363b7d3c5f9ce999ccb7351e00cc8eec0a30d6bc1cda37734987fc43d",
      },
      {
        name: "linux-base-7.3.4+deb13-cloud-amd64",
        version: "7.3.4-1~bpo13+1",
        sha256: "e08baa43706ba6e8daff58029b039f46beecfb3b3750c6fa0d6d5ca508a46a43",
      },
    ],
    why: "the newest in the archive",
  },
];

/** The kernels of a command line: all of them, or those named. @throws {UsageError} for a name that is none */
export function chosenKernels(names: readonly string[]): readonly MuseumKernel[] {
  const unknown = names.find((name) => !MUSEUM.some(({ id }) => id === name));
  if (unknown !== undefined)
    throw new UsageError(
      `no kernel ${unknown} in the museum; there are ${MUSEUM.map(({ id }) => id).join(", ")}`,
    );
  return names.length === 0 ? MUSEUM : MUSEUM.filter(({ id }) => names.includes(id));
}
