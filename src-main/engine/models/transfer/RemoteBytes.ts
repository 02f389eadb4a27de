import { DownloadError } from './DownloadError.ts';
import type { HubClient } from './HubClient.ts';
import { checkStatus, contentRange, type RemoteFile } from './RemoteFile.ts';

/** Bytes per request. */
const pieceBytes = 2 ** 20;

/** Random access to the first `limitBytes` of a remote file, read a mebibyte at a time. */
export class RemoteBytes {
  readonly #client: HubClient;
  readonly #remote: RemoteFile;
  readonly #limitBytes: number;
  readonly #signal: AbortSignal;
  #start = 0;
  #piece = Buffer.alloc(0);

  constructor(client: HubClient, remote: RemoteFile, how: { limitBytes: number; signal: AbortSignal }) {
    this.#client = client;
    this.#remote = remote;
    this.#limitBytes = how.limitBytes;
    this.#signal = how.signal;
  }

  /** Rejects with a {@link DownloadError}. */
  async read(buffer: Buffer, offset: number, length: number, position: number): Promise<{ bytesRead: number }> {
    const end = Math.min(position + length, this.#remote.identity.totalBytes, this.#limitBytes);
    let filled = 0;
    while (position + filled < end) {
      const at = position + filled;
      if (at < this.#start || at >= this.#start + this.#piece.length) await this.#load(at);
      const part = this.#piece.subarray(at - this.#start, Math.min(end - this.#start, this.#piece.length));
      part.copy(buffer, offset + filled);
      filled += part.length;
    }
    return { bytesRead: filled };
  }

  async #load(from: number): Promise<void> {
    const last = Math.min(from + pieceBytes, this.#remote.identity.totalBytes) - 1;
    const { address } = this.#remote;
    const answer = await this.#client.get({
      address,
      headers: { range: `bytes=${from}-${last}` },
      signal: this.#signal,
    });
    try {
      checkStatus(answer, [206]);
      if (contentRange(answer.headers)?.first !== from) {
        throw new DownloadError('length_mismatch', 'The server sent another range than requested.');
      }
      const pieces: Buffer[] = [];
      let length = 0;
      for await (const piece of answer.body) {
        pieces.push(piece);
        length += piece.length;
        if (length > pieceBytes) break;
      }
      this.#start = from;
      this.#piece = Buffer.concat(pieces).subarray(0, last - from + 1);
      if (this.#piece.length === 0) throw new DownloadError('length_mismatch', 'The server sent no data.');
    } finally {
      answer.drop();
    }
  }
}
