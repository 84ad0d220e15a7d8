/** The result of `stats()`. */

/** A snapshot of a channel at one moment. Counts begin when the channel is made. */
export interface ChanStats {
  /** The name that was given to the channel's constructor; `undefined` for none. */
  readonly name: string | undefined;
  /**
   * `'puts-waiting'` if puts wait for a reader, `'gets-waiting'` if gets wait for a value,
   * `'flowing'` if no operation waits, `'closed'` once the channel accepts no more puts.
   */
  readonly state: 'puts-waiting' | 'gets-waiting' | 'flowing' | 'closed';
  /** The number of values that the buffer holds. */
  readonly buffered: number;
  /** The number of values that the buffer can hold: 0 for a rendezvous, `Infinity` for no limit. */
  readonly capacity: number;
  /** The number of waiting puts. */
  readonly waitingPuts: number;
  /** The number of waiting gets. */
  readonly waitingGets: number;
  /** The number of accepted puts. */
  readonly puts: number;
  /** The number of delivered values. */
  readonly gets: number;
  /** The number of accepted values that the buffer or `cancel()` dropped. */
  readonly dropped: number;
  /** The number of delivered values for each way of delivery. */
  readonly delivered: {
    /** Values that were handed to a waiting get. */
    readonly direct: number;
    /** Values that were taken out of the buffer. */
    readonly buffered: number;
    /** Values that were taken from a waiting put. */
    readonly queued: number;
  };
}
