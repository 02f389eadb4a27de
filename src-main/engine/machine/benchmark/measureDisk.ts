import { randomFillSync } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open, rm, statfs } from 'node:fs/promises';
import path from 'node:path';
import type { DiskSpeed } from '#shared/domain/machine/benchmark.ts';
import type { Clock } from '#shared/util/clock.ts';
import { BenchmarkError, throwIfCancelled } from './BenchmarkError.ts';
import { median, spreadOf } from './statistics.ts';

export interface DiskOptions {
  /** The data folder; the file that is written there is gone afterwards. */
  readonly folder: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly rounds: number;
  /** Bytes of a round. */
  readonly bytes: number;
}

const pieceBytes = 4 << 20;
const pageBytes = 4096;

/** So much must stay free, so that the benchmark is never what fills a disk. */
const spareBytes = 512 << 20;

/** How fast the volume of the data folder takes and gives large files, safely on the disk. */
export async function measureDisk(options: DiskOptions): Promise<DiskSpeed> {
  const { folder, rounds, bytes } = options;
  const { bsize, bavail } = await statfs(folder);
  if (bsize * bavail < bytes + spareBytes) {
    throw new BenchmarkError('no_room', 'The disk is too full to write a file for measuring.');
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

/** MB/s until the file is safe. */
async function writeFile({ clock, signal, bytes }: DiskOptions, file: string): Promise<number> {
  // Random, because some disks compress.
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

async function readFile(
  { clock, signal, bytes }: DiskOptions,
  file: string,
): Promise<{ speed: number; cached: boolean }> {
  const direct = await openPastCache(file);
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
 * Opens past the system's cache where it can be done (Linux, and not on every file system). Such reads need memory at
 * a page's beginning; Node does not tell addresses, so the place in a larger area is found by trying.
 */
async function openPastCache(file: string): Promise<Direct | null> {
  if (!('O_DIRECT' in constants) || typeof constants.O_DIRECT !== 'number') return null;
  const handle = await open(file, constants.O_RDONLY | constants.O_DIRECT).catch(() => null);
  if (handle === null) return null;
  const area = Buffer.allocUnsafeSlow(pieceBytes + pageBytes);
  for (let start = 0; start < pageBytes; start += 16) {
    const piece = area.subarray(start, start + pieceBytes);
    const isTaken = await handle.read(piece, 0, pageBytes, 0).then(
      () => true,
      () => false,
    );
    if (isTaken) return { handle, piece };
  }
  await handle.close();
  return null;
}

function speedOf(bytes: number, ms: number): number {
  return ms > 0 ? bytes / ms / 1000 : 0;
}
