/**
 * What a run of a program did with its goroutines and channels: a list of events that can be sent and stored, and the
 * state of things before any of them.
 *
 * - Goroutines and channels have numbers, counted from 0 each; goroutine 0 is the main program.
 * - Values are shown, not kept: an event has the text of a value.
 */

/** Where a value comes from, or goes to: a goroutine, the buffer of its channel, or nobody who is known. */
export type Place = number | 'buffer' | null;

export type Event =
  | {
      readonly what: 'chan';
      readonly chan: number;
      readonly name: string;
      readonly capacity: number;
      readonly lossy?: 'sliding' | 'dropping' | undefined;
    }
  | { readonly what: 'go'; readonly go: number; readonly name: string }
  | { readonly what: 'end'; readonly go: number }
  /** Comes to wait: to put `value`, or to get if there is none. `wait` names it until it is served, or leaves. */
  | {
      readonly what: 'wait';
      readonly wait: number;
      readonly go: number | null;
      readonly chan: number;
      readonly value?: string | undefined;
    }
  | { readonly what: 'leave'; readonly wait: number }
  /** A value goes from one place to another, through a channel or its buffer; `wait` is who waited for that. */
  | {
      readonly what: 'move';
      readonly chan: number;
      readonly value: string;
      readonly from: Place;
      readonly to: Place;
      readonly wait?: number | undefined;
    }
  | { readonly what: 'close'; readonly chan: number; readonly failed: boolean }
  | { readonly what: 'cancel'; readonly chan: number };

export interface Wait {
  readonly id: number;
  readonly go: number | null;
  readonly chan: number;
  readonly value: string | undefined;
}

export interface Goroutine {
  readonly name: string;
  readonly state: 'new' | 'running' | 'ended';
}

export interface Channel {
  readonly name: string;
  readonly capacity: number;
  readonly lossy: 'sliding' | 'dropping' | undefined;
  readonly held: readonly string[];
  /** How many values have reached a reader. */
  readonly passed: number;
  readonly state: 'open' | 'closed' | 'failed' | 'cancelled';
}

export interface Scene {
  readonly goroutines: readonly Goroutine[];
  readonly channels: readonly Channel[];
  readonly waits: readonly Wait[];
}

function put<T>(list: readonly T[], at: number, change: (one: T) => T): readonly T[] {
  return list.map((one, i) => (i === at ? change(one) : one));
}

/** Takes a value into a buffer: one that is full drops its oldest, or this one. */
function take(channel: Channel, value: string): readonly string[] {
  const { held, capacity, lossy } = channel;
  if (held.length < capacity || lossy === undefined) return [...held, value];
  return lossy === 'sliding' ? [...held.slice(1), value] : held;
}

function moved(scene: Scene, event: Event & { what: 'move' }): Scene {
  const { chan, value, from, to, wait } = event;
  const channels = put(scene.channels, chan, (channel) => {
    const held = from === 'buffer' ? channel.held.slice(1) : channel.held;
    if (to === 'buffer') return { ...channel, held: take({ ...channel, held }, value) };
    return { ...channel, held, passed: channel.passed + 1 };
  });
  return { ...scene, channels, waits: scene.waits.filter(({ id }) => id !== wait) };
}

/** What follows from an event. */
export function after(scene: Scene, event: Event): Scene {
  switch (event.what) {
    case 'chan': {
      const { name, capacity, lossy } = event;
      const channel: Channel = { name, capacity, lossy, held: [], passed: 0, state: 'open' };
      return { ...scene, channels: [...scene.channels, channel] };
    }
    case 'go':
      return { ...scene, goroutines: [...scene.goroutines, { name: event.name, state: 'running' }] };
    case 'end':
      return { ...scene, goroutines: put(scene.goroutines, event.go, (one) => ({ ...one, state: 'ended' })) };
    case 'wait': {
      const { wait: id, go, chan, value } = event;
      return { ...scene, waits: [...scene.waits, { id, go, chan, value }] };
    }
    case 'leave':
      return { ...scene, waits: scene.waits.filter(({ id }) => id !== event.wait) };
    case 'move':
      return moved(scene, event);
    case 'close': {
      const state = event.failed ? ('failed' as const) : ('closed' as const);
      const channels = put(scene.channels, event.chan, (one) => ({ ...one, state }));
      // Who waits to get is told that there is no more; who waits to put can still be read.
      const waits = scene.waits.filter(({ chan, value }) => chan !== event.chan || value !== undefined);
      return { ...scene, channels, waits };
    }
    case 'cancel': {
      const channels = put(scene.channels, event.chan, (one) => ({
        ...one,
        held: [],
        state: 'cancelled' as const,
      }));
      return { ...scene, channels, waits: scene.waits.filter(({ chan }) => chan !== event.chan) };
    }
  }
}

export const EMPTY: Scene = { goroutines: [], channels: [], waits: [] };

/** The scene before each event, and after the last. */
export function scenesOf(events: readonly Event[]): Scene[] {
  const scenes = [EMPTY];
  let scene = EMPTY;
  for (const event of events) scenes.push((scene = after(scene, event)));
  return scenes;
}

/** An event in words, given the scene before it. */
export function sentenceOf(event: Event, scene: Scene): string {
  const chan = (at: number): string => scene.channels[at]?.name ?? 'a channel';
  const go = (at: Place): string =>
    typeof at === 'number' ? (scene.goroutines[at]?.name ?? 'a goroutine') : 'somebody';
  switch (event.what) {
    case 'chan':
      return `${event.name} is made, ${event.capacity === 0 ? 'without a buffer' : `with a buffer of ${event.capacity}`}.`;
    case 'go':
      return `${event.name} starts.`;
    case 'end':
      return `${go(event.go)} ends.`;
    case 'wait':
      return event.value === undefined
        ? `${go(event.go)} waits for a value from ${chan(event.chan)}.`
        : `${go(event.go)} waits to put ${event.value} into ${chan(event.chan)}.`;
    case 'leave': {
      const wait = scene.waits.find(({ id }) => id === event.wait);
      return wait === undefined
        ? 'Somebody waits no more.'
        : `${go(wait.go)} waits no more for ${chan(wait.chan)}.`;
    }
    case 'move':
      if (event.to === 'buffer')
        return `${event.value} goes from ${go(event.from)} into the buffer of ${chan(event.chan)}.`;
      if (event.from === 'buffer')
        return `${event.value} goes from the buffer of ${chan(event.chan)} to ${go(event.to)}.`;
      return `${event.value} goes from ${go(event.from)} through ${chan(event.chan)} to ${go(event.to)}.`;
    case 'close':
      return event.failed ? `${chan(event.chan)} is closed with an error.` : `${chan(event.chan)} is closed.`;
    case 'cancel':
      return `${chan(event.chan)} is cancelled.`;
  }
}
