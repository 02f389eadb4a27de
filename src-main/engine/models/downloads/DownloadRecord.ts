import { createHash } from 'node:crypto';
import path from 'node:path';
import { base32nopad } from '@scure/base';
import { z } from 'zod';
import { DownloadId, DownloadProblemCode } from '#shared/api/models.ts';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import { ModelDigest } from '#shared/domain/ids.ts';
import type { ResolvedSource } from '#engine/models/catalogue/resolveSource.ts';

/** A download as stored beside its partial file until it is installed. */
export const DownloadRecord = z.object({
  version: z.literal(1),
  downloadId: DownloadId,
  /** A web address, or a file of this machine to copy. */
  from: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('web'), address: z.url().max(2000) }),
    z.object({ kind: z.literal('file'), path: z.string().min(1).max(4096) }),
  ]),
  name: z.string().max(200),
  fileName: z.string().max(300),
  catalogueId: z.string().max(100).nullable(),
  sha256: ModelDigest.nullable(),
  sizeBytes: z.int().min(1).nullable(),
  bytesPerSecond: z.int().min(1).nullable(),
  /** The state the owner asked for. */
  wish: z.enum(['run', 'paused']),
  problem: z.object({ code: DownloadProblemCode, message: z.string().max(500) }).nullable(),
  addedAt: z.number(),
});
export type DownloadRecord = z.infer<typeof DownloadRecord>;

/** The id of a download; the same source always has the same id, so that requesting it again resumes it. */
export function downloadIdOf(source: string): string {
  const hash = createHash('sha256').update(source).digest();
  return base32nopad.encode(hash).toLowerCase().slice(0, 26);
}

interface RequestedDownload {
  /** Digest given by the person; null when none was. */
  readonly sha256: string | null;
  readonly bytesPerSecond: number | null;
  readonly addedAt: number;
}

/**
 * The record of a download from the web. Throws a SwarmError `invalid_message` for an unencrypted address without a
 * digest.
 */
export function webRecord(
  source: ResolvedSource,
  { sha256, bytesPerSecond, addedAt }: RequestedDownload,
): DownloadRecord {
  const { address, name, fileName, catalogueId } = source;
  const wanted = sha256 ?? source.sha256;
  if (address.startsWith('http:') && wanted === null && !isOwnMachine(address)) {
    const message = 'This address is not encrypted. Use https, or give the digest that the file must have.';
    throw new SwarmError('invalid_message', message, { field: 'source' });
  }
  return {
    version: 1,
    downloadId: downloadIdOf(`${address}\n${sha256 ?? ''}`),
    from: { kind: 'web', address },
    name: name.slice(0, 200),
    fileName: fileName.slice(0, 300),
    catalogueId,
    sha256: wanted,
    // The known size belongs to the known digest.
    sizeBytes: wanted === source.sha256 ? source.sizeBytes : null,
    bytesPerSecond,
    wish: 'run',
    problem: null,
    addedAt,
  };
}

/** The record of a copy of a local file. */
export function fileRecord(
  file: string,
  { sha256, addedAt }: Omit<RequestedDownload, 'bytesPerSecond'>,
): DownloadRecord {
  const name = path.basename(file).replace(/\.gguf$/i, '');
  return {
    version: 1,
    downloadId: downloadIdOf(`file\n${file}\n${sha256 ?? ''}`),
    from: { kind: 'file', path: file },
    name: name.slice(0, 200) || 'model',
    fileName: name.slice(0, 200) || 'model',
    catalogueId: null,
    sha256,
    sizeBytes: null,
    bytesPerSecond: null,
    wish: 'run',
    problem: null,
    addedAt,
  };
}

function isOwnMachine(address: string): boolean {
  return /^(127\.|localhost$|\[::1\]$)/.test(new URL(address).hostname);
}
