import type { WireError } from '#shared/domain/errorCodes.ts';
import type { Envelope, Reply } from './envelope.ts';

/**
 * A connection between a node and a coordinator over any transport: Socket.IO in the product, memory with seeded faults in
 * simulations. Delivery is at most once; a sender that needs more resends after a reconnect.
 */
export interface Link {
  /** Sends a message and waits for the reply. A lost reply resolves to an error reply `timeout` or `not_connected`; never rejects. */
  request(type: string, payload: unknown, options?: { timeoutMs?: number; trace?: string }): Promise<Reply>;
  /** Sends a message without waiting for a reply. */
  notify(type: string, payload: unknown): void;
  /**
   * Sets the only receiver. Its result is the reply; it must not reject. `refused` receives the error reply to everything that
   * was not a message at all.
   */
  onMessage(receive: (envelope: Envelope) => Promise<Reply>, refused?: (error: WireError) => void): void;
  /** Calls `closed` once, when the connection has closed for any reason. */
  onClose(closed: (reason: string) => void): void;
  /** Closes the connection from this side. */
  close(reason: string): void;
  /** Address of the other side, for rate limits and audit; '' in memory. */
  readonly remoteAddress: string;
}

/** Opens links from a node to coordinators. */
export interface LinkDialer {
  /** Resolves once connected; rejects with a SwarmError `not_connected`. */
  dial(address: string, signal: AbortSignal): Promise<Link>;
}
