/**
 * From a captured packet to a segment, layer by layer and without an object per packet: what a million packets go through.
 * `frame.ts` does the same for single frames, in the words of the documents.
 *
 * @module
 */

import type { SkipReason } from "../frame.ts";
import { emptySegment, type Segment } from "../segment.ts";
import { ip } from "./ip-layer.ts";
import {
  addressFamily,
  ethernet,
  firstLayer,
  hdlc,
  linuxSll,
  linuxSll2,
  mpls,
  ppp,
  pppoe,
  vlan,
} from "./link-layers.ts";
import { tcp } from "./tcp-layer.ts";
import { geneve, gre, udp, vxlan } from "./tunnel-layers.ts";
import { LAYER, type Layer, type Walk } from "./walk.ts";

/** Decodes one packet after the other into the same segment. */
export class SegmentDecoder {
  /** What the last packet held, if it was a segment; spoilt if it was not. */
  readonly segment: Segment = emptySegment();
  readonly #walk: Walk = {
    view: new DataView(new ArrayBuffer(0)),
    start: 0,
    end: 0,
    wireEnd: 0,
    ipHeaders: 0,
    reason: "malformed",
    segment: this.segment,
  };

  /**
   * Fills the segment's fields from addresses to options, and returns null; or the reason why the packet is none. Never throws.
   * Positions are those of `view`; `originalLength` is in bytes, of the packet on the wire.
   */
  decode(
    view: DataView,
    start: number,
    end: number,
    originalLength: number,
    linkType: number,
  ): SkipReason | null {
    const walk = this.#walk;
    walk.view = view;
    walk.start = start;
    walk.end = end;
    walk.wireEnd = Math.max(end, start + originalLength);
    walk.ipHeaders = 0;
    let layer = firstLayer(walk, linkType);
    while (layer > LAYER.SKIPPED) layer = through(layer, walk);
    return layer === LAYER.DONE ? null : walk.reason;
  }
}

function through(layer: Layer, walk: Walk): Layer {
  switch (layer) {
    case LAYER.ETHERNET:
      return ethernet(walk);
    case LAYER.IP:
      return ip(walk);
    case LAYER.TCP:
      return tcp(walk);
    case LAYER.VLAN:
      return vlan(walk);
    case LAYER.LINUX_SLL:
      return linuxSll(walk);
    case LAYER.LINUX_SLL2:
      return linuxSll2(walk);
    case LAYER.ADDRESS_FAMILY:
      return addressFamily(walk);
    case LAYER.HDLC:
      return hdlc(walk);
    case LAYER.PPP:
      return ppp(walk);
    case LAYER.PPPOE:
      return pppoe(walk);
    case LAYER.MPLS:
      return mpls(walk);
    case LAYER.UDP:
      return udp(walk);
    case LAYER.GRE:
      return gre(walk);
    case LAYER.VXLAN:
      return vxlan(walk);
    case LAYER.GENEVE:
      return geneve(walk);
    default:
      return layer;
  }
}
