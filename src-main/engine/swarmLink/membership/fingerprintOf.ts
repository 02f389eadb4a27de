import { createHash } from 'node:crypto';
import type { ComputerSummary } from '#shared/domain/machine/hardware.ts';

const gibibyte = 2 ** 30;

/**
 * A digest by which a coordinator sees that many nodes claim the same kind of computer (rules 1.1): a digest of what
 * does not change from start to start. It reveals nothing that cannot be guessed, and nothing about the owner.
 */
export function fingerprintOf({ processor, cores, memoryBytes, graphicsBytes }: ComputerSummary): string {
  const parts = [processor, cores, Math.round(memoryBytes / gibibyte), Math.round((graphicsBytes ?? 0) / gibibyte)];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
