/**
 * Channels and select without any cleverness: arrays. Everything is a select; a put or a get is one of a single case.
 *
 * A select that finds something ready takes any of it: which one is told by what the real one took.
 */
import {
  type BufferName,
  type Operand,
  type Outcomes,
  type State,
  type Step,
  bad,
  chosen,
  ok,
} from './channels.js';

interface Kind {
  readonly room: (held: readonly number[]) => boolean;
  readonly add: (held: readonly number[], value: number) => readonly number[];
}
const total = (held: readonly number[]): number => held.reduce((sum, n) => sum + (n % 3), 0);
const append = (held: readonly number[], value: number): readonly number[] => [...held, value];
const queue = (n: number): Kind => ({ room: (held) => held.length < n, add: append });
const KINDS: Readonly<Record<BufferName, Kind>> = {
  rendezvous: queue(0),
  one: queue(1),
  three: queue(3),
  unbounded: queue(Infinity),
  sliding: { room: () => true, add: (held, value) => [...held, value].slice(-2) },
  dropping: { room: () => true, add: (held, value) => [...held, value].slice(0, 2) },
  promise: { room: () => true, add: (held, value) => (held.length === 0 ? [value] : held) },
  weighted: { room: (held) => total(held) < 4, add: append },
};

/** One operation that was begun. */
interface Operation {
  readonly id: number;
  readonly cases: readonly Operand[];
  readonly signal: number | undefined;
  /** How it tells what happened. */
  readonly tell: (at: number, value: unknown) => string;
}
interface Waiting {
  readonly operation: Operation;
  readonly at: number;
  readonly value: number;
}

class NaiveChan {
  readonly kind: Kind;
  readonly repeats: boolean;
  held: readonly number[] = [];
  puts: Waiting[] = [];
  gets: Waiting[] = [];
  closed = false;
  cancelled = false;
  cause: string | undefined;
  joins: number[] = [];
  accepted = 0;
  delivered = 0;
  dropped = 0;
  iterated = false;

  constructor(name: BufferName) {
    this.kind = KINDS[name];
    this.repeats = name === 'promise';
  }
  get roomy(): boolean {
    return !this.cancelled && this.kind.room(this.held);
  }
  get drained(): boolean {
    return this.closed && this.puts.length === 0 && this.held.length === 0;
  }
}

export class Naive {
  readonly #chans: readonly NaiveChan[];
  readonly #aborted = new Set<number>();
  readonly #stopping: { readonly operation: Operation; readonly at: number; readonly signal: number }[] = [];
  #waiting: Operation[] = [];
  readonly outcomes: Outcomes = new Map();

  constructor(buffers: readonly BufferName[]) {
    this.#chans = buffers.map((name) => new NaiveChan(name));
  }

  get states(): State[] {
    return this.#chans.map((ch) => ({
      closed: ch.closed,
      drained: ch.drained,
      buffered: ch.held.length,
      waitingPuts: ch.puts.length,
      waitingGets: ch.gets.length,
      puts: ch.accepted,
      gets: ch.delivered,
      dropped: ch.dropped,
    }));
  }

  /** Does a step; `real` is what the real one has told. */
  step(id: number, one: Step, real: string | undefined): void {
    this.#step(id, one, real);
    for (const ch of this.#chans) this.#joined(ch);
  }

  #step(id: number, one: Step, real: string | undefined): void {
    const plain = (_: number, value: unknown): string => ok(value);
    const signal = 'signal' in one ? one.signal : undefined;
    switch (one.kind) {
      case 'put':
      case 'putThen':
        return this.#begin(
          { id, cases: [{ chan: one.chan, put: one.value }], signal, tell: plain },
          undefined,
        );
      case 'get':
      case 'getThen':
        return this.#begin({ id, cases: [{ chan: one.chan }], signal, tell: plain }, undefined);
      case 'add':
        for (const put of [one.value, one.value + 1])
          this.#begin({ id: -1, cases: [{ chan: one.chan, put }], signal, tell: plain }, undefined);
        return;
      case 'tryPut':
      case 'tryGet': {
        const of = one.kind === 'tryPut' ? { chan: one.chan, put: one.value } : { chan: one.chan };
        if (this.#ready(of)) this.#begin({ id, cases: [of], signal, tell: plain }, undefined);
        else this.outcomes.set(id, ok(undefined));
        return;
      }
      case 'next': {
        const ch = this.#chan(one.chan);
        const tell = (_: number, value: unknown): string => (value === undefined ? 'is done' : ok(value));
        const operation = { id, cases: [{ chan: one.chan }], signal: -1 - one.chan, tell };
        if (ch.iterated) this.outcomes.set(id, 'is done');
        else this.#begin(operation, undefined);
        ch.iterated ||= ch.repeats;
        return;
      }
      case 'return': {
        this.#chan(one.chan).iterated = true;
        for (const operation of this.#waiting.filter((of) => of.signal === -1 - one.chan)) {
          this.#leave(operation);
          this.outcomes.set(operation.id, 'is done');
        }
        return;
      }
      case 'close':
        return this.#close(this.#chan(one.chan), one.cause);
      case 'cancel':
        return this.#cancel(this.#chan(one.chan));
      case 'join':
        return void this.#chan(one.chan).joins.push(id);
      case 'abort':
        return this.#abort(one.signal);
      case 'select': {
        const operation = { id, cases: one.operands, signal, tell: chosen };
        if (signal !== undefined && this.#aborted.has(signal)) return this.#begin(operation, undefined);
        const ready = one.operands.flatMap((of, i) => (this.#ready(of) ? [i] : []));
        if (ready.length === 0 && one.fallback)
          return void this.outcomes.set(id, chosen(undefined, 'the default'));
        const allowed = one.priority ? ready.slice(0, 1) : ready;
        // The one that the real one took, if it might.
        const taken = allowed.find((i) => this.#gives(operation, i) === real);
        return this.#begin(operation, taken ?? allowed[0]);
      }
      default:
    }
  }

  #chan(at: number): NaiveChan {
    return this.#chans[at] as NaiveChan; // Sound: programs name only what there is.
  }

  /** Whether a case can happen now. */
  #ready(of: Operand): boolean {
    if (of === null) return false;
    if ('stop' in of) return this.#aborted.has(of.stop);
    const ch = this.#chan(of.chan);
    if (of.put === undefined) return ch.held.length > 0 || ch.puts.length > 0 || ch.closed;
    return ch.closed || (ch.roomy && ch.puts.length === 0) || ch.gets.length > 0;
  }

  /** What the operation would tell if this case, which is ready, happened. */
  #gives({ cases, tell }: Operation, at: number): string {
    const of = cases[at] as Exclude<Operand, null>;
    if ('stop' in of) return tell(at, `signal ${of.stop}`);
    const ch = this.#chan(of.chan);
    if (of.put !== undefined) return tell(at, !ch.closed);
    const [value] = ch.held.length > 0 ? ch.held : ch.puts.map((put) => put.value);
    return value === undefined && ch.cause !== undefined ? bad(ch.cause) : tell(at, value);
  }

  #begin(operation: Operation, preferred: number | undefined): void {
    const { id, cases, signal } = operation;
    if (signal !== undefined && this.#aborted.has(signal))
      return void this.outcomes.set(id, bad(`signal ${signal}`));
    const at = preferred ?? cases.findIndex((of) => this.#ready(of));
    if (at >= 0) return this.#happens(operation, at);
    this.#waiting.push(operation);
    for (const [i, of] of cases.entries()) {
      if (of === null) continue;
      if ('stop' in of) this.#stopping.push({ operation, at: i, signal: of.stop });
      else if (of.put === undefined) this.#chan(of.chan).gets.push({ operation, at: i, value: 0 });
      else this.#chan(of.chan).puts.push({ operation, at: i, value: of.put });
    }
  }

  /** A case that is ready happens. */
  #happens(operation: Operation, at: number): void {
    const told = this.#gives(operation, at);
    this.outcomes.set(operation.id, told);
    const of = operation.cases[at] as Exclude<Operand, null>;
    if ('stop' in of) return;
    const ch = this.#chan(of.chan);
    if (of.put !== undefined) {
      if (ch.closed) return;
      ch.accepted++;
      if (ch.roomy) this.#hold(ch, of.put);
      else this.#deliver(ch, of.put);
    } else if (ch.held.length > 0) {
      ch.delivered++;
      if (!ch.repeats) ch.held = ch.held.slice(1);
      while (ch.roomy && ch.puts.length > 0) this.#hold(ch, this.#take(ch));
    } else if (ch.puts.length > 0) {
      ch.delivered++;
      this.#take(ch);
    }
  }

  /** A value goes into the buffer, and to those who wait for it. */
  #hold(ch: NaiveChan, value: number): void {
    const before = ch.held.length;
    ch.held = ch.kind.add(ch.held, value);
    ch.dropped += before + 1 - ch.held.length;
    while (ch.held.length > 0 && ch.gets.length > 0) {
      const [first] = ch.held as [number];
      if (!ch.repeats) ch.held = ch.held.slice(1);
      this.#deliver(ch, first);
    }
  }

  #deliver(ch: NaiveChan, value: number): void {
    const { operation, at } = ch.gets[0] as Waiting; // Sound: somebody waits.
    ch.delivered++;
    this.#leave(operation);
    this.outcomes.set(operation.id, operation.tell(at, value));
  }

  /** The value of the first put that waits, which is done. */
  #take(ch: NaiveChan): number {
    const { operation, at, value } = ch.puts[0] as Waiting; // Sound: one waits.
    ch.accepted++;
    this.#leave(operation);
    this.outcomes.set(operation.id, operation.tell(at, true));
    return value;
  }

  /** It waits no more, nowhere. */
  #leave(operation: Operation): void {
    const others = <T extends { readonly operation: Operation }>(list: readonly T[]): T[] =>
      list.filter((one) => one.operation !== operation);
    this.#waiting = this.#waiting.filter((one) => one !== operation);
    this.#stopping.splice(0, Infinity, ...others(this.#stopping));
    for (const ch of this.#chans) {
      ch.puts = others(ch.puts);
      ch.gets = others(ch.gets);
    }
  }

  #close(ch: NaiveChan, cause: string | undefined): void {
    if (ch.closed) return;
    ch.closed = true;
    ch.cause = cause;
    while (ch.gets.length > 0) {
      const { operation, at } = ch.gets[0] as Waiting;
      this.#leave(operation);
      this.outcomes.set(operation.id, cause === undefined ? operation.tell(at, undefined) : bad(cause));
    }
  }

  #cancel(ch: NaiveChan): void {
    ch.cancelled = true;
    ch.dropped += ch.held.length;
    ch.held = [];
    // The gets are told first, so that a select that waits to get and to put has got nothing.
    this.#close(ch, undefined);
    while (ch.puts.length > 0) {
      const { operation, at } = ch.puts[0] as Waiting;
      this.#leave(operation);
      this.outcomes.set(operation.id, operation.tell(at, false));
    }
  }

  #abort(signal: number): void {
    if (this.#aborted.has(signal)) return;
    this.#aborted.add(signal);
    for (const operation of this.#waiting.filter((one) => one.signal === signal)) {
      this.#leave(operation);
      this.outcomes.set(operation.id, bad(`signal ${signal}`));
    }
    while (this.#stopping.some((one) => one.signal === signal)) {
      const { operation, at } = this.#stopping.find((one) => one.signal === signal) as {
        operation: Operation;
        at: number;
      };
      this.#leave(operation);
      this.outcomes.set(operation.id, operation.tell(at, `signal ${signal}`));
    }
  }

  #joined(ch: NaiveChan): void {
    if (!ch.closed || !(ch.repeats || ch.drained)) return;
    for (const id of ch.joins.splice(0)) this.outcomes.set(id, ok(undefined));
  }
}
