/**
 * What `apt-cache show` prints, as values.
 *
 * @module
 */

/** One version of a package in the lists. */
export interface PackageRecord {
  readonly name: string;
  readonly version: string;
  readonly sha256: string;
}

/** Reads stanzas; one that lacks a name, a version or a hash is left out. */
export function parsePackageRecords(text: string): PackageRecord[] {
  return text.split(/\n\n+/).flatMap((stanza) => {
    const field = (name: string) => new RegExp(`^${name}: (.+)$`, "m").exec(stanza)?.[1];
    const [name, version, sha256] = [field("Package"), field("Version"), field("SHA256")];
    return name === undefined || version === undefined || sha256 === undefined
      ? []
      : [{ name, version, sha256 }];
  });
}
