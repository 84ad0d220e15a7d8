/** What a channel tells about itself. */

/** A picture of a channel at one moment; counts are since it was made. */
export interface ChanStats {
  /** As given to its constructor; `undefined` for none. */
  readonly name: string | undefined;
  /** `puts-waiting` and `gets-waiting` say who waits for whom; `flowing`, that nobody does. */
  readonly state: 'puts-waiting' | 'gets-waiting' | 'flowing' | 'closed';
  /** How many values the buffer holds. */
  readonly buffered: number;
  /** How many values the buffer can hold; 0 for a rendezvous, `Infinity` for no limit. */
  readonly capacity: number;
  /** How many puts wait. */
  readonly waitingPuts: number;
  /** How many gets wait. */
  readonly waitingGets: number;
  /** Puts accepted. */
  readonly puts: number;
  /** Values delivered. */
  readonly gets: number;
  /** Values accepted and then dropped, by the buffer or by `cancel()`. */
  readonly dropped: number;
  /** How many of the delivered values came which way. */
  readonly delivered: {
    /** Handed to a get that waited. */
    readonly direct: number;
    /** Taken out of the buffer. */
    readonly buffered: number;
    /** Taken from a put that waited. */
    readonly queued: number;
  };
}
