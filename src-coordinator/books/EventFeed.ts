/** Delivery of durable events: what is new, and what need not be kept any longer. */
export interface EventFeed {
  /**
   * A node has everything up to number `upTo`. Those events are not returned again while this process lives; after a
   * crash they may be, until the node acknowledges them again.
   */
  acknowledgeEvents(nodeId: string, upTo: number): void;
  /** Calls `listener` after each commit with the nodes that have new events. */
  onEvents(listener: (nodeIds: ReadonlySet<string>) => void): void;
}
