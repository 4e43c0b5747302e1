/**
 * Where things are on the stage, in CSS pixels: the clients to the left, the server with its two queues to the right.
 *
 * @module
 */
import type { Moment, StageClient, StageListener } from "../../../../core/stage/index.ts";

/** A rectangle. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A client's place. */
export interface ClientSpot {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly hasLabel: boolean;
}

/** A listener's places. */
export interface ListenerSpots {
  readonly title: { readonly x: number; readonly y: number };
  readonly syn: Box;
  readonly accept: Box;
  readonly program: Box;
  /** Slots that are drawn one by one; 0 where there are too many. */
  readonly slots: number;
  readonly slotWidth: number;
  readonly capacity: number;
}

/** The whole stage. */
export interface StageLayout {
  readonly width: number;
  readonly height: number;
  readonly isNarrow: boolean;
  readonly clients: ReadonlyMap<string, ClientSpot>;
  readonly listeners: ReadonlyMap<string, ListenerSpots>;
  /** Where the clients' column ends. */
  readonly wireLeft: number;
  readonly wireRight: number;
}

const NARROW = 620;
const TOP = 34;
const ROW = 26;
const MOST_LABELLED = 14;
const MOST_SLOTS = 20;
const LISTENER_HEIGHT = 208;
const LEAST_HEIGHT = 250;
const QUEUE_HEIGHT = 44;

/** How high the stage has to be. */
export function stageHeight({ clients, listeners }: Moment): number {
  const rows = Math.min(clients.length, MOST_LABELLED);
  return Math.max(LEAST_HEIGHT, TOP + rows * ROW + 14, TOP + listeners.length * LISTENER_HEIGHT);
}

/** Places everything. */
export function layOutStage(moment: Moment, width: number, height: number): StageLayout {
  const isNarrow = width < NARROW;
  const wireLeft = isNarrow ? 66 : 226;
  const serverWidth = isNarrow ? width * 0.52 : Math.min(480, width * 0.48);
  const wireRight = width - serverWidth;
  return {
    width,
    height,
    isNarrow,
    clients: clientSpots(moment.clients, { wireLeft, height, isNarrow }),
    listeners: listenerSpots(moment.listeners, { left: wireRight, width: serverWidth - 2, height }),
    wireLeft,
    wireRight,
  };
}

function clientSpots(
  clients: readonly StageClient[],
  { wireLeft, height, isNarrow }: { wireLeft: number; height: number; isNarrow: boolean },
): ReadonlyMap<string, ClientSpot> {
  if (clients.length <= MOST_LABELLED) {
    const spacing = Math.min(38, (height - TOP - 14) / Math.max(1, clients.length));
    const first = TOP + 8 + spacing / 2;
    return new Map(
      clients.map(({ name }, row) => [
        name,
        { x: wireLeft - 18, y: first + row * spacing, radius: 8, hasLabel: true },
      ]),
    );
  }
  const room = { width: wireLeft - (isNarrow ? 6 : 24), height: height - TOP - 20 };
  const cell = Math.max(5, Math.min(20, Math.sqrt((room.width * room.height) / clients.length)));
  const columns = Math.max(1, Math.floor(room.width / cell));
  return new Map(
    clients.map(({ name }, place) => [
      name,
      {
        x: wireLeft - 14 - (place % columns) * cell,
        y: TOP + 14 + Math.floor(place / columns) * cell,
        radius: Math.max(2, cell * 0.36),
        hasLabel: false,
      },
    ]),
  );
}

function listenerSpots(
  listeners: readonly StageListener[],
  room: { left: number; width: number; height: number },
): ReadonlyMap<string, ListenerSpots> {
  const each = (room.height - TOP) / Math.max(1, listeners.length);
  return new Map(
    listeners.map((listener, place) => [listener.name, spotsOf(listener, room, TOP + place * each)]),
  );
}

function spotsOf(
  { limit }: StageListener,
  { left, width }: { left: number; width: number },
  top: number,
): ListenerSpots {
  const inner = { x: left + 14, width: width - 28 };
  const isRoomy = inner.width > 300;
  const programWidth = isRoomy ? 104 : 0;
  const queueWidth = inner.width - (isRoomy ? programWidth + 14 : 0);
  const capacity = limit + 1;
  const slotWidth = Math.min(44, queueWidth / capacity);
  const hasSlots = capacity <= MOST_SLOTS && slotWidth >= 15;
  const accept = { x: inner.x, y: top + 130, width: queueWidth, height: QUEUE_HEIGHT };
  return {
    title: { x: inner.x, y: top + 12 },
    syn: { x: inner.x, y: top + 48, width: queueWidth, height: QUEUE_HEIGHT },
    accept,
    program: { x: inner.x + queueWidth + 14, y: accept.y, width: programWidth, height: QUEUE_HEIGHT },
    slots: hasSlots ? capacity : 0,
    slotWidth: hasSlots ? slotWidth : 0,
    capacity,
  };
}
