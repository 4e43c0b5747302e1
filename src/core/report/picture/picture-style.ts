/**
 * How the pictures look, in light and in dark: they must do so also as files of their own.
 *
 * @module
 */

/** A style element. */
export const STYLE = `<style>
.listenq-picture { font: 12px system-ui, sans-serif; background: #fff; color: #1a1a1a; }
.listenq-picture text { fill: currentColor; white-space: pre; }
.listenq-picture .end { text-anchor: end; }
.listenq-picture .middle { text-anchor: middle; }
.listenq-picture .connected { stroke-width: 5; }
.listenq-picture .head { font-weight: 600; font-size: 14px; }
.listenq-picture .note { fill: #555; }
.listenq-picture .life, .listenq-picture .axis { stroke: #999; }
.listenq-picture .grid { stroke: #ddd; }
.listenq-picture .packet { stroke: #2a6f97; stroke-width: 1.4; }
.listenq-picture polygon { fill: #2a6f97; }
.listenq-picture .cross { stroke: #b00020; stroke-width: 2; fill: none; }
.listenq-picture .bad .packet { stroke: #b00020; }
.listenq-picture .bad polygon, .listenq-picture .bad text { fill: #b00020; }
.listenq-picture .accept { stroke: #2a6f97; stroke-width: 2; fill: none; }
.listenq-picture .syn { stroke: #b26a00; stroke-width: 1.5; fill: none; stroke-dasharray: 5 3; }
.listenq-picture .capacity { stroke: #b00020; stroke-dasharray: 2 3; }
@media (prefers-color-scheme: dark) {
.listenq-picture { background: #16181c; color: #e6e6e6; }
.listenq-picture .note { fill: #aaa; }
.listenq-picture .grid { stroke: #333; }
.listenq-picture .packet { stroke: #7cc4e8; }
.listenq-picture polygon { fill: #7cc4e8; }
.listenq-picture .accept { stroke: #7cc4e8; }
.listenq-picture .syn { stroke: #f0b35a; }
.listenq-picture .bad .packet, .listenq-picture .cross, .listenq-picture .capacity { stroke: #ff7b86; }
.listenq-picture .bad polygon, .listenq-picture .bad text { fill: #ff7b86; }
}
</style>`;
