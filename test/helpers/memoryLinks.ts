import { SwarmError, toWireError } from '#shared/domain/errorCodes.ts';
import { type Envelope, protocolVersion, type Reply, wireLimits } from '#shared/protocol/envelope.ts';
import type { Link } from '#shared/protocol/link.ts';

/** Both ends of one connection in memory. Everything passes through JSON, as it would on a wire. */
export function linkPair(): { near: Link; far: Link } {
  const near = new MemoryEnd();
  const far = new MemoryEnd();
  near.other = far;
  far.other = near;
  return { near, far };
}

class MemoryEnd implements Link {
  readonly remoteAddress = '';
  other: MemoryEnd | null = null;
  #receive: ((envelope: Envelope) => Promise<Reply>) | null = null;
  #closed: ((reason: string) => void) | null = null;
  #open = true;
  /** Resolves when the connection ends: whoever waits for an answer is told at once. */
  readonly #ended = Promise.withResolvers<Reply>();

  async request(type: string, payload: unknown, options: { timeoutMs?: number } = {}): Promise<Reply> {
    if (!this.#open || this.other === null) return failed('not_connected');
    const envelope = this.#sealed(type, payload);
    if (envelope === null) return failed('not_connected');
    const lost = Promise.withResolvers<Reply>();
    const timer = setTimeout(() => lost.resolve(failed('timeout')), options.timeoutMs ?? 10_000);
    timer.unref();
    const reply = await Promise.race([this.other.take(envelope), lost.promise, this.#ended.promise]);
    clearTimeout(timer);
    return this.#open ? reply : failed('not_connected');
  }

  notify(type: string, payload: unknown): void {
    const envelope = this.#open ? this.#sealed(type, payload) : null;
    if (envelope !== null) void this.other?.take(envelope);
  }

  onMessage(receive: (envelope: Envelope) => Promise<Reply>): void {
    this.#receive = receive;
  }

  onClose(closed: (reason: string) => void): void {
    if (this.#open) this.#closed = closed;
    else closed('closed');
  }

  close(reason: string): void {
    this.end(reason);
    const { other } = this;
    setImmediate(() => other?.end(reason));
  }

  end(reason: string): void {
    if (!this.#open) return;
    this.#open = false;
    this.#ended.resolve(failed('not_connected'));
    this.#closed?.(reason);
  }

  async take(envelope: Envelope): Promise<Reply> {
    await new Promise((resolve) => setImmediate(resolve));
    if (!this.#open || this.#receive === null) return new Promise(() => {});
    return copy(await this.#receive(envelope));
  }

  /** The message as it travels; null when it is so large that it breaks the connection. */
  #sealed(type: string, payload: unknown): Envelope | null {
    const envelope: Envelope = copy({ v: protocolVersion, id: 'x', type, ts: 0, payload });
    if (JSON.stringify(envelope).length <= wireLimits.messageBytes) return envelope;
    this.close('message too large');
    return null;
  }
}

function copy<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

function failed(code: 'timeout' | 'not_connected'): Reply {
  return { ok: false, error: toWireError(new SwarmError(code)) };
}
