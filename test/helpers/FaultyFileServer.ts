import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** FAKE faults on the way: what the server does wrong. All are off at first. */
export interface Faults {
  /** Cuts so many answers after so many bytes of body. */
  cut: { times: number; afterBytes: number };
  /** Falls silent in so many answers. */
  stall: { times: number; afterBytes: number };
  /** Flips one bit of this byte of the file, in so many answers that contain it. */
  flip: { times: number; at: number };
  /** Called after each answer's first byte; may change the file. */
  onBody: (() => void) | null;
  ignoresRanges: boolean;
  /** No ETag and no Last-Modified. */
  anonymous: boolean;
  /** What it claims as the total length. */
  claims: number | null;
  /** A page of a hotel instead of the file. */
  portal: boolean;
  /** Answers with this status so many times. */
  refuse: { times: number; status: number };
  /** Redirects every request to this address. */
  redirect: string | null;
  /** Additional headers. */
  headers: Record<string, string>;
  /** Pause between pieces of 16 KiB, in ms. */
  paceMs: number;
}

/** A server of one file that does wrong what tests tell it. */
export class FaultyFileServer {
  readonly faults: Faults = {
    cut: { times: 0, afterBytes: 0 },
    stall: { times: 0, afterBytes: 0 },
    flip: { times: 0, at: 0 },
    onBody: null,
    ignoresRanges: false,
    anonymous: false,
    claims: null,
    portal: false,
    refuse: { times: 0, status: 503 },
    redirect: null,
    headers: {},
    paceMs: 0,
  };
  /** Bytes of the file that were sent. */
  sent = 0;
  readonly requests: IncomingMessage['headers'][] = [];
  #content: Buffer;
  #version = 1;
  readonly #server: Server;

  constructor(content: Buffer) {
    this.#content = content;
    this.#server = createServer((request, response) => {
      this.requests.push(request.headers);
      void this.#answer(request, response);
    });
  }

  async open(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get address(): string {
    return `${this.origin}/model.gguf`;
  }

  /** Another content under the same address. */
  replace(content: Buffer): void {
    this.#content = content;
    this.#version += 1;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { faults } = this;
    if (faults.redirect !== null) return void response.writeHead(302, { location: faults.redirect }).end();
    if (faults.refuse.times > 0) {
      faults.refuse.times -= 1;
      return void response.writeHead(faults.refuse.status).end('no');
    }
    if (faults.portal) {
      return void response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>Welcome</title>');
    }
    const { content, first, end, status } = this.#part(request);
    const total = faults.claims ?? content.length;
    const etag = `"v${this.#version}"`;
    response.writeHead(status, {
      'content-type': 'application/octet-stream',
      ...(status === 206
        ? { 'content-range': `bytes ${first}-${Math.min(end, total) - 1}/${total}` }
        : { 'content-length': String(total) }),
      ...(faults.anonymous ? {} : { etag }),
      ...faults.headers,
    });
    await this.#send(response, content.subarray(first, end), first);
  }

  #part(request: IncomingMessage) {
    const content = this.#content;
    const whole = { content, first: 0, end: content.length, status: 200 };
    const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '');
    const ifRange = request.headers['if-range'];
    if (range === null || this.faults.ignoresRanges) return whole;
    if (ifRange !== undefined && ifRange !== `"v${this.#version}"`) return whole;
    return { content, first: Number(range[1]), end: Math.min(Number(range[2]) + 1, content.length), status: 206 };
  }

  async #send(response: ServerResponse, body: Buffer, first: number): Promise<void> {
    const { faults } = this;
    const pieceBytes = 16 * 1024;
    const closed = new Promise<void>((resolve) => response.once('close', resolve));
    for (let at = 0; at < body.length; at += pieceBytes) {
      if (response.destroyed) return;
      if (faults.cut.times > 0 && at >= faults.cut.afterBytes) {
        faults.cut.times -= 1;
        response.destroy();
        return;
      }
      if (faults.stall.times > 0 && at >= faults.stall.afterBytes) {
        faults.stall.times -= 1;
        return;
      }
      const piece = Buffer.from(body.subarray(at, at + pieceBytes));
      const place = faults.flip.at - first - at;
      if (faults.flip.times > 0 && place >= 0 && place < piece.length) {
        faults.flip.times -= 1;
        piece[place] = (piece[place] ?? 0) ^ 1;
      }
      this.sent += piece.length;
      const isFlushed = response.write(piece);
      faults.onBody?.();
      if (faults.paceMs > 0) await new Promise((resolve) => setTimeout(resolve, faults.paceMs));
      else if (!isFlushed) {
        const drained = new Promise<void>((resolve) => response.once('drain', resolve));
        await Promise.race([drained, closed]);
      }
    }
    response.end();
  }
}

/** Random content that begins like a GGUF file, the same for the same seed. */
export function randomFile(bytes: number, seed = 1): Buffer {
  const content = Buffer.alloc(bytes);
  let state = seed;
  for (let at = 0; at + 4 <= bytes; at += 4) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    content.writeUInt32LE(state, at);
  }
  content.write('GGUF', 0, 'latin1');
  return content;
}
