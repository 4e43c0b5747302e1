/**
 * The colours of pictures, from the style sheet: light and dark are decided there.
 *
 * @module
 */

const NAMES = ["ink", "quiet", "line", "panel", "accept", "syn", "good", "bad", "paper", "fill"] as const;

/** Colours by what they stand for. */
export type Palette = Readonly<Record<(typeof NAMES)[number], string>>;

/** The palette of this moment. */
export function paletteOf(element: Element): Palette {
  const style = getComputedStyle(element);
  return Object.fromEntries(
    NAMES.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]),
  ) as Palette;
}

/** Calls back when light changes to dark or back; what it returns ends that. */
export function onSchemeChange(listener: () => void): () => void {
  const scheme = matchMedia("(prefers-color-scheme: dark)");
  scheme.addEventListener("change", listener);
  return () => scheme.removeEventListener("change", listener);
}
