import type { IncomingHttpHeaders } from 'node:http';
import { z } from 'zod';
import { ModelDigest } from '#shared/domain/ids.ts';
import { DownloadError } from './DownloadError.ts';
import type { HubAnswer, HubClient } from './HubClient.ts';

/** Identifies a version of a remote file. */
export const RemoteIdentity = z.object({
  totalBytes: z.int().min(1).max(1e13),
  /** The file's SHA-256 as stated by the hub (`X-Linked-ETag`); null when it states none. */
  sha256: ModelDigest.nullable(),
  etag: z.string().max(500).nullable(),
  lastModified: z.string().max(100).nullable(),
  /** Commit of the repository on the hub. */
  revision: z
    .string()
    .regex(/^[0-9a-f]{40}$/)
    .nullable(),
});
export type RemoteIdentity = z.infer<typeof RemoteIdentity>;

/** A remote file as found at the start of a session. */
export interface RemoteFile {
  readonly identity: RemoteIdentity;
  readonly acceptsRanges: boolean;
  /** Address of the bytes, after redirects. */
  readonly address: string;
}

const magicBytes = 16;

/**
 * Requests the first bytes of a file to find out its length and version, and whether it is a GGUF file. Rejects with a
 * {@link DownloadError}.
 */
export async function probeRemote(client: HubClient, address: string, signal: AbortSignal): Promise<RemoteFile> {
  const answer = await client.get({ address, headers: { range: `bytes=0-${magicBytes - 1}` }, signal });
  try {
    checkStatus(answer, [200, 206]);
    const acceptsRanges = answer.status === 206;
    checkKind(answer, await firstBytes(answer));
    return { identity: identityOf(answer, acceptsRanges), acceptsRanges, address: answer.address };
  } finally {
    answer.drop();
  }
}

/** Throws the {@link DownloadError} for a status, unless it is one of the expected ones. */
export function checkStatus({ status, headers, address }: HubAnswer, expected: readonly number[]): void {
  if (expected.includes(status)) return;
  const { host } = new URL(address);
  if (status === 401 || status === 403) {
    const message = `${host} denies access to this file. It may require an access token, or that you accept its terms first.`;
    throw new DownloadError('access_denied', message);
  }
  if (status === 404 || status === 410) throw new DownloadError('not_found', `${host} has no such file.`);
  if (status === 511) throw portal(host);
  const passing = status === 408 || status === 429 || status >= 500;
  const retryAfterMs = retryAfter(headers);
  throw new DownloadError('server_refused', `${host} responded with status ${status}.`, {
    passing,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

/** Whether two identities are of the same version; null when they do not say enough to tell. */
export function isSameVersion(one: RemoteIdentity, other: RemoteIdentity): boolean | null {
  if (one.totalBytes !== other.totalBytes) return false;
  if (one.sha256 !== null && other.sha256 !== null) return one.sha256 === other.sha256;
  if (one.etag !== null && other.etag !== null) return one.etag === other.etag;
  if (one.lastModified !== null && other.lastModified !== null) return one.lastModified === other.lastModified;
  return null;
}

/** Value of the `If-Range` header: a strong ETag, else the date of modification; null when neither is known. */
export function ifRangeOf({ etag, lastModified }: RemoteIdentity): string | null {
  if (etag !== null && !etag.startsWith('W/')) return etag;
  return lastModified;
}

/** Whether the headers of a later response are those of another version. */
export function contradicts(headers: IncomingHttpHeaders, identity: RemoteIdentity): boolean {
  const { etag } = headers;
  if (etag !== undefined && identity.etag !== null) return etag !== identity.etag;
  const modified = headers['last-modified'];
  return modified !== undefined && identity.lastModified !== null && modified !== identity.lastModified;
}

/** Parses a `Content-Range` such as `bytes 0-15/1024`; null when it is missing or malformed. */
export function contentRange(headers: IncomingHttpHeaders): { first: number; last: number; total: number } | null {
  const match = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15})$/.exec(headers['content-range'] ?? '');
  if (match === null) return null;
  const [first = 0, last = 0, total = 0] = match.slice(1).map(Number);
  return { first, last, total };
}

async function firstBytes(answer: HubAnswer): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of answer.body) {
    pieces.push(piece);
    length += piece.length;
    if (length >= magicBytes) break;
  }
  return Buffer.concat(pieces);
}

function checkKind({ headers, address }: HubAnswer, bytes: Buffer): void {
  if (bytes.subarray(0, 4).toString('latin1') === 'GGUF') return;
  const { host } = new URL(address);
  const type = headers['content-type'] ?? '';
  if (type.startsWith('text/html') || /^\s*<(!doctype|html|head|meta|script)/i.test(bytes.toString('latin1'))) {
    throw portal(host);
  }
  throw new DownloadError('not_gguf', `${host} sent something other than a GGUF file.`);
}

function portal(host: string): DownloadError {
  return new DownloadError(
    'captive_portal',
    `${host} sent a web page instead of the file. You may have to sign in to the network first.`,
  );
}

function identityOf({ headers, firstHeaders }: HubAnswer, acceptsRanges: boolean): RemoteIdentity {
  const linkedSize = Number(textOf(firstHeaders['x-linked-size']) ?? Number.NaN);
  const ranged = contentRange(headers)?.total;
  const totalBytes = acceptsRanges ? ranged : Number(headers['content-length'] ?? linkedSize);
  if (totalBytes === undefined || !Number.isSafeInteger(totalBytes) || totalBytes < 1) {
    throw new DownloadError('length_mismatch', 'The server does not state the length of the file.');
  }
  if (Number.isSafeInteger(linkedSize) && linkedSize !== totalBytes) {
    throw new DownloadError('length_mismatch', `The hub states ${linkedSize} bytes, but the server ${totalBytes}.`);
  }
  const linked = /^"?([0-9a-f]{64})"?$/.exec(textOf(firstHeaders['x-linked-etag']) ?? '')?.[1];
  const commit = textOf(firstHeaders['x-repo-commit']);
  return RemoteIdentity.parse({
    totalBytes,
    sha256: linked ?? null,
    etag: headers.etag ?? null,
    lastModified: headers['last-modified'] ?? null,
    revision: commit !== undefined && /^[0-9a-f]{40}$/.test(commit) ? commit : null,
  });
}

function textOf(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : undefined;
}

function retryAfter(headers: IncomingHttpHeaders): number | undefined {
  const seconds = Number(headers['retry-after']);
  return Number.isFinite(seconds) && seconds >= 0 ? Math.min(seconds, 60) * 1000 : undefined;
}
