/** Delivery of durable events: notification of new ones, and acknowledgement of delivered ones. */
export interface EventFeed {
  /**
   * Records that the receiver of a stream has stored everything up to number `upTo`. This process does not return those
   * events again; after a crash they may be returned until they are acknowledged again.
   */
  acknowledgeEvents(stream: string, upTo: number): void;
  /** Calls `listener` after each commit with the streams that have new events. */
  onEvents(listener: (streams: ReadonlySet<string>) => void): void;
}
