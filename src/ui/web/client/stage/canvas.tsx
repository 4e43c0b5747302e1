/**
 * A canvas that fits its place: drawn anew when its size, the colours or what it shows change.
 *
 * @module
 */
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { onSchemeChange, type Palette, paletteOf } from "./palette.ts";

/** Draws on a canvas whose unit is the CSS pixel. */
export type Draw = (context: CanvasRenderingContext2D, size: CanvasSize) => void;

/** In CSS pixels, and its colours. */
export interface CanvasSize {
  readonly width: number;
  readonly height: number;
  readonly palette: Palette;
}

interface CanvasProps {
  readonly class: string;
  readonly height: number;
  /** What it shows, in words; null where the same stands beside it as text. */
  readonly label: string | null;
  readonly draw: Draw;
  /** Takes a function that draws once more. */
  onReady?(redraw: () => void): (() => void) | undefined;
}

/** The canvas. */
export function Canvas({ class: name, height, label, draw, onReady }: CanvasProps): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null);
  const latest = useRef({ draw, height });
  latest.current = { draw, height };
  // Asking for a colour makes the browser lay the page out: it is asked once for light and once for dark.
  const palette = useRef<Palette | null>(null);
  const paint = useRef(() => {
    if (canvas.current === null) return;
    palette.current ??= paletteOf(canvas.current);
    paintOn(canvas.current, palette.current, latest.current);
  }).current;
  useEffect(() => {
    const observer = new ResizeObserver(paint);
    if (canvas.current !== null) observer.observe(canvas.current);
    const forget = onSchemeChange(() => {
      palette.current = null;
      paint();
    });
    return () => {
      observer.disconnect();
      forget();
    };
  }, []);
  useEffect(() => onReady?.(paint), [onReady]);
  useEffect(paint);
  return label === null ? (
    <canvas ref={canvas} class={name} aria-hidden="true" />
  ) : (
    <canvas ref={canvas} class={name} role="img" aria-label={label} />
  );
}

function paintOn(
  canvas: HTMLCanvasElement,
  palette: Palette,
  { draw, height }: { readonly draw: Draw; readonly height: number },
): void {
  const context = canvas.getContext("2d");
  if (context === null) return;
  canvas.style.height = `${height}px`;
  const width = canvas.clientWidth;
  if (width === 0) return;
  const [pixelsWide, pixelsHigh] = [
    Math.round(width * devicePixelRatio),
    Math.round(height * devicePixelRatio),
  ];
  if (canvas.width !== pixelsWide || canvas.height !== pixelsHigh) {
    canvas.width = pixelsWide;
    canvas.height = pixelsHigh;
  }
  context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
  draw(context, { width, height, palette });
}
