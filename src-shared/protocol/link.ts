import type { WireError } from '#shared/domain/errorCodes.ts';
import type { Envelope, Reply } from './envelope.ts';

/**
 * One connection between a node and a coordinator, whatever carries it: Socket.IO in the product, memory with seeded
 * faults in simulations. Delivery is at most once; who needs more sends again after a reconnect.
 */
export interface Link {
  /** Sends and waits for the acknowledgement. A lost answer resolves to an error reply `timeout` or `not_connected`; never rejects. */
  request(type: string, payload: unknown, options?: { timeoutMs?: number; trace?: string }): Promise<Reply>;
  /** Sends without waiting. */
  notify(type: string, payload: unknown): void;
  /**
   * Sets the one receiver. What it returns is the acknowledgement. It never rejects. `refused` is told of what was no message
   * at all, and how that was answered.
   */
  onMessage(receive: (envelope: Envelope) => Promise<Reply>, refused?: (error: WireError) => void): void;
  /** Called once, when the connection is gone for whatever reason. */
  onClose(closed: (reason: string) => void): void;
  /** Closes from this side. */
  close(reason: string): void;
  /** Address of the other side, for rate limits and audit; '' in memory. */
  readonly remoteAddress: string;
}

/** How a node opens a link to a coordinator's address. */
export interface LinkDialer {
  /** Resolves when connected; rejects with a SwarmError `not_connected`. */
  dial(address: string, signal: AbortSignal): Promise<Link>;
}
