import type { Plugin } from "rolldown";

/** A plugin of rolldown. */
export function stringWidthWhenNeeded(): Plugin;
