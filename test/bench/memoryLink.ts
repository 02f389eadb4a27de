import type { Envelope, Reply } from '#shared/protocol/envelope.ts';
import { protocolVersion } from '#shared/protocol/envelope.ts';
import type { Link } from '#shared/protocol/link.ts';

/** Two ends of a link inside one process: no sockets, no copies, no faults. */
export function memoryLink(): { near: Link; far: Link } {
  const near = new MemoryLink();
  const far = new MemoryLink();
  near.other = far;
  far.other = near;
  return { near, far };
}

class MemoryLink implements Link {
  readonly remoteAddress = '';
  other: MemoryLink | null = null;
  #receive: ((envelope: Envelope) => Promise<Reply>) | null = null;
  #closed: ((reason: string) => void) | null = null;
  #open = true;

  request(type: string, payload: unknown): Promise<Reply> {
    const receive = this.other?.receiver();
    if (!this.#open || receive === undefined || receive === null) {
      return Promise.resolve({ ok: false, error: { code: 'not_connected', message: 'closed' } });
    }
    return receive(sealed(type, payload));
  }

  notify(type: string, payload: unknown): void {
    void this.other?.receiver()?.(sealed(type, payload));
  }

  onMessage(receive: (envelope: Envelope) => Promise<Reply>): void {
    this.#receive = receive;
  }

  onClose(closed: (reason: string) => void): void {
    this.#closed = closed;
  }

  close(reason: string): void {
    this.#end(reason);
    const { other } = this;
    if (other !== null) other.#end(reason);
  }

  receiver(): ((envelope: Envelope) => Promise<Reply>) | null {
    return this.#receive;
  }

  #end(reason: string): void {
    if (!this.#open) return;
    this.#open = false;
    this.#closed?.(reason);
  }
}

function sealed(type: string, payload: unknown): Envelope {
  return { v: protocolVersion, id: '1', type, ts: 0, payload };
}
