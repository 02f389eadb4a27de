import path from 'node:path';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import { downloadIdOf, type DownloadRecord } from './DownloadRecord.ts';
import type { ResolvedSource } from '#engine/models/hub/resolveSource.ts';

interface WebWish {
  /** Digest that somebody asked for. */
  readonly sha256: string | null;
  readonly bytesPerSecond: number | null;
  readonly addedAt: number;
}

/**
 * A download from the web. Throws a SwarmError `invalid_message` for an address without encryption when no digest says
 * what must come.
 */
export function webRecord(source: ResolvedSource, { sha256, bytesPerSecond, addedAt }: WebWish): DownloadRecord {
  const { address, name, fileName, catalogueId } = source;
  const wanted = sha256 ?? source.sha256;
  if (address.startsWith('http:') && wanted === null && !isOwnMachine(address)) {
    const message = 'This address is not encrypted: say which digest the file must have, or use https.';
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
    // A size that was known of another digest says nothing.
    sizeBytes: wanted === source.sha256 ? source.sizeBytes : null,
    bytesPerSecond,
    wish: 'run',
    problem: null,
    addedAt,
  };
}

/** A copy of a file of this machine. */
export function fileRecord(file: string, { sha256, addedAt }: Omit<WebWish, 'bytesPerSecond'>): DownloadRecord {
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
