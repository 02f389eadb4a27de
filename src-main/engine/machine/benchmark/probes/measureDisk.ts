import { randomFillSync } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open, rm, statfs } from 'node:fs/promises';
import path from 'node:path';
import type { DiskSpeed } from '#shared/domain/machine/benchmark.ts';
import type { Clock } from '#shared/util/clock.ts';
import { BenchmarkError, throwIfCancelled } from '#engine/machine/benchmark/BenchmarkError.ts';
import { median, spreadOf } from '#engine/machine/benchmark/statistics.ts';

export interface DiskOptions {
  /** The data folder; a temporary file is written to it. */
  readonly folder: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly rounds: number;
  /** File size of a round, in bytes. */
  readonly bytes: number;
}

const pieceBytes = 4 << 20;
const pageBytes = 4096;

/** Must stay free, so that the benchmark never fills the disk. */
const spareBytes = 512 << 20;

/**
 * Measures how fast the disk of the data folder writes (until synced) and reads a large file. Throws a BenchmarkError
 * `no_room`.
 */
export async function measureDisk(options: DiskOptions): Promise<DiskSpeed> {
  const { folder, rounds, bytes } = options;
  const { bsize, bavail } = await statfs(folder);
  if (bsize * bavail < bytes + spareBytes) {
    throw new BenchmarkError('no_room', 'The disk is too full for a test file.');
  }
  const file = path.join(folder, 'benchmark.part');
  const written: number[] = [];
  const read: { speed: number; cached: boolean }[] = [];
  try {
    for (let round = 0; round < rounds; round += 1) {
      written.push(await writeFile(options, file));
      read.push(await readFile(options, file));
    }
  } finally {
    await rm(file, { force: true });
  }
  const speeds = read.map(({ speed }) => speed);
  return {
    writeMBs: median(written),
    readMBs: median(speeds),
    readFromCache: read.some(({ cached }) => cached),
    spread: Math.max(spreadOf(written), spreadOf(speeds)),
  };
}

/** Write speed in MB/s, including the sync. */
async function writeFile({ clock, signal, bytes }: DiskOptions, file: string): Promise<number> {
  // Random bytes, because some disks compress.
  const piece = randomFillSync(Buffer.allocUnsafeSlow(pieceBytes));
  const handle = await open(file, 'w', 0o600);
  try {
    const start = clock.monotonic();
    for (let written = 0; written < bytes; written += pieceBytes) {
      throwIfCancelled(signal);
      await handle.write(piece);
    }
    await handle.datasync();
    return speedOf(bytes, clock.monotonic() - start);
  } finally {
    await handle.close();
  }
}

/** Read speed in MB/s; `cached` when the system's cache could not be bypassed. */
async function readFile(
  { clock, signal, bytes }: DiskOptions,
  file: string,
): Promise<{ speed: number; cached: boolean }> {
  const direct = await openDirect(file);
  const handle = direct?.handle ?? (await open(file, 'r'));
  const piece = direct?.piece ?? Buffer.allocUnsafeSlow(pieceBytes);
  try {
    const start = clock.monotonic();
    for (let at = 0; at < bytes; at += pieceBytes) {
      throwIfCancelled(signal);
      await handle.read(piece, 0, pieceBytes, at);
    }
    return { speed: speedOf(bytes, clock.monotonic() - start), cached: direct === null };
  } finally {
    await handle.close();
  }
}

interface Direct {
  readonly handle: FileHandle;
  readonly piece: Buffer;
}

/**
 * Opens a file bypassing the system's cache, where that is possible (Linux, some file systems); else null. Direct reads
 * need page-aligned memory. Node does not expose addresses, so the aligned offset in a larger buffer is found by
 * trying.
 */
async function openDirect(file: string): Promise<Direct | null> {
  if (!('O_DIRECT' in constants) || typeof constants.O_DIRECT !== 'number') return null;
  const handle = await open(file, constants.O_RDONLY | constants.O_DIRECT).catch(() => null);
  if (handle === null) return null;
  const area = Buffer.allocUnsafeSlow(pieceBytes + pageBytes);
  for (let start = 0; start < pageBytes; start += 16) {
    const piece = area.subarray(start, start + pieceBytes);
    const isAligned = await handle.read(piece, 0, pageBytes, 0).then(
      () => true,
      () => false,
    );
    if (isAligned) return { handle, piece };
  }
  await handle.close();
  return null;
}

function speedOf(bytes: number, ms: number): number {
  return ms > 0 ? bytes / ms / 1000 : 0;
}
