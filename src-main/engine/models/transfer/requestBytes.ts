import { DownloadError, RemoteChangedError } from './DownloadError.ts';
import type { HubAnswer, HubClient } from './HubClient.ts';
import type { RateLimit } from './RateLimit.ts';
import { checkStatus, contentRange, contradicts, ifRangeOf, type RemoteFile } from './RemoteFile.ts';

/** How and from where bytes are requested. */
export interface ByteRequest {
  readonly client: HubClient;
  readonly remote: RemoteFile;
  /** Each limits the rate at which bytes are read. */
  readonly limits: readonly RateLimit[];
  readonly signal: AbortSignal;
}

/**
 * The bytes from `from` up to but excluding `end`, of exactly this version of the file. Rejects with a
 * {@link DownloadError}, {@link RemoteChangedError} or the signal's reason.
 */
export async function* requestRange(
  { client, remote, limits, signal }: ByteRequest,
  from: number,
  end: number,
): AsyncGenerator<Buffer> {
  const ifRange = ifRangeOf(remote.identity);
  const headers = { range: `bytes=${from}-${end - 1}`, ...(ifRange === null ? {} : { 'if-range': ifRange }) };
  const answer = await client.get({ address: remote.address, headers, signal });
  try {
    checkRange(answer, remote, from, end);
    let position = from;
    for await (const piece of answer.body) {
      const wanted = piece.subarray(0, end - position);
      position += wanted.length;
      await takeFrom(limits, wanted.length, signal);
      if (wanted.length > 0) yield wanted;
      // Ignore what a server sends beyond the requested range.
      if (wanted.length < piece.length) break;
    }
    if (position < end) throw tooShort();
  } finally {
    answer.drop();
  }
}

/** The whole file in a single response. Rejects like {@link requestRange}. */
export async function* requestWhole({ client, remote, limits, signal }: ByteRequest): AsyncGenerator<Buffer> {
  const { identity, address } = remote;
  const answer = await client.get({ address, headers: {}, signal });
  try {
    checkStatus(answer, [200]);
    const length = answer.headers['content-length'];
    if (contradicts(answer.headers, identity) || (length !== undefined && Number(length) !== identity.totalBytes)) {
      throw new RemoteChangedError('The server has another version of the file now.');
    }
    let position = 0;
    for await (const piece of answer.body) {
      await takeFrom(limits, piece.length, signal);
      position += piece.length;
      if (position > identity.totalBytes) {
        throw new DownloadError('length_mismatch', 'The server sent more than it announced.');
      }
      yield piece;
    }
    if (position < identity.totalBytes) throw tooShort();
  } finally {
    answer.drop();
  }
}

async function takeFrom(limits: readonly RateLimit[], bytes: number, signal: AbortSignal): Promise<void> {
  for (const limit of limits) await limit.take(bytes, signal);
  signal.throwIfAborted();
}

function tooShort(): DownloadError {
  return new DownloadError('length_mismatch', 'The server sent less than it announced.', { passing: true });
}

/** Throws unless the response is exactly the requested range, of the same version. */
function checkRange(answer: HubAnswer, { identity }: RemoteFile, from: number, end: number): void {
  if (answer.status === 416) throw new RemoteChangedError('The file has become shorter.');
  checkStatus(answer, [200, 206]);
  if (contradicts(answer.headers, identity)) {
    throw new RemoteChangedError('The server has another version of the file now.');
  }
  if (answer.status === 200) {
    if (ifRangeOf(identity) !== null && answer.headers.etag === undefined) {
      throw new RemoteChangedError('The server sent the whole file, as it does for another version.');
    }
    throw new DownloadError('server_refused', 'The server ignored the requested range.', { passing: true });
  }
  const range = contentRange(answer.headers);
  if (range !== null && range.total !== identity.totalBytes) {
    throw new RemoteChangedError('The length of the file has changed.');
  }
  if (range?.first !== from || range.last > end - 1) {
    throw new DownloadError('length_mismatch', 'The server sent another range than requested.', { passing: true });
  }
}
