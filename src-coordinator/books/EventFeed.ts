/** Delivery of durable events: notification of new ones, and acknowledgement of delivered ones. */
export interface EventFeed {
  /**
   * The receiver of a stream has everything up to number `upTo`. Those events are not returned again while this process
   * lives; after a crash they may be, until they are acknowledged again.
   */
  acknowledgeEvents(stream: string, upTo: number): void;
  /** Calls `listener` after each commit with the streams that have new events. */
  onEvents(listener: (streams: ReadonlySet<string>) => void): void;
}
