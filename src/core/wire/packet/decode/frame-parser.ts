/**
 * The one parser of captured frames, from the link layer to TCP: numbers and places in the bytes, and no object per packet, because
 * a million packets go through it. `frame.ts` puts one frame's result into words.
 *
 * @module
 */

import { emptySegment, type Segment } from "../segment.ts";
import { enc, nflog, pflog, pktap, ppi } from "./capture-layers.ts";
import { ip } from "./ip-layer.ts";
import {
  addressFamily,
  ethernet,
  fddi,
  hdlc,
  layerOfLinkType,
  linuxSll,
  linuxSll2,
  mpls,
  ppp,
  pppoe,
  switchEtherType,
  switchTag,
  taggedFrame,
  vlan,
} from "./link-layers.ts";
import { TCP_HEADER_LENGTH, tcp } from "./tcp-layer.ts";
import { geneve, gre, gtp, udp, vxlan, vxlanGpe } from "./tunnel-layers.ts";
import { LAYER, type Layer, type SkipReason, type Walk } from "./walk.ts";
import { radiotap, wireless } from "./wireless-layers.ts";

/** Where the parts of a TCP packet are, as positions of the view that was parsed. */
export interface TcpPlaces {
  tcpStart: number;
  optionsStart: number;
  payloadStart: number;
  /** Where the captured bytes of the packet end, without the padding of the link. */
  end: number;
  /** Whether the bytes are all of an IP packet that is neither a fragment nor in a tunnel. */
  isWhole: boolean;
}

/** Parses one packet after the other into the same segment. */
export class FrameParser {
  /** What the last packet held, if it was a segment; undefined values if it was not. */
  readonly segment: Segment = emptySegment();
  readonly #walk: Walk = {
    view: new DataView(new ArrayBuffer(0)),
    start: 0,
    end: 0,
    wireEnd: 0,
    ipHeaders: 0,
    linkType: 0,
    isFragment: false,
    reason: "malformed",
    segment: this.segment,
  };

  /**
   * Fills the segment's fields from addresses to options, and returns null; or the reason why the packet is none. Never throws.
   * Positions are those of `view`; `originalLength` is in bytes, of the packet on the wire.
   */
  parse(
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
    walk.isFragment = false;
    walk.linkType = linkType;
    let layer = layerOfLinkType(walk);
    while (layer > LAYER.SKIPPED) layer = through(layer, walk);
    return layer === LAYER.DONE ? null : walk.reason;
  }

  /** The places of the last packet. Call it only if that was a segment. */
  places(): TcpPlaces {
    const { view, start, end, wireEnd, ipHeaders, isFragment } = this.#walk;
    const headerLength = (view.getUint8(start + 12) >> 4) * 4;
    return {
      tcpStart: start,
      optionsStart: start + TCP_HEADER_LENGTH,
      payloadStart: Math.min(start + headerLength, end),
      end,
      isWhole: wireEnd === end && ipHeaders === 1 && !isFragment,
    };
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
      return throughRarer(layer, walk);
  }
}

function throughRarer(layer: Layer, walk: Walk): Layer {
  switch (layer) {
    case LAYER.LINK:
      return layerOfLinkType(walk);
    case LAYER.FDDI:
      return fddi(walk);
    case LAYER.SWITCH_TAG:
      return switchTag(walk);
    case LAYER.SWITCH_ETHER_TYPE:
      return switchEtherType(walk);
    case LAYER.SWITCH_PREPENDED:
    case LAYER.BACKBONE_TAG:
      return taggedFrame(walk);
    case LAYER.NFLOG:
      return nflog(walk);
    case LAYER.PKTAP:
      return pktap(walk);
    case LAYER.PFLOG:
      return pflog(walk);
    case LAYER.ENC:
      return enc(walk);
    case LAYER.PPI:
      return ppi(walk);
    case LAYER.RADIOTAP:
      return radiotap(walk);
    case LAYER.WIRELESS:
      return wireless(walk);
    case LAYER.VXLAN_GPE:
      return vxlanGpe(walk);
    case LAYER.GTP:
      return gtp(walk);
    default:
      return layer;
  }
}
