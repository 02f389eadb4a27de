import { hash } from 'node:crypto';
import { workBits, workText } from '#shared/protocol/enrolment.ts';

/** Hashes between two turns of the event loop: a few milliseconds. */
const triesAtOnce = 4096;

/** Finds a proof of work for this node: some seconds of one core, in slices that let everything else run. */
export async function findWork(nodeId: string, bits = workBits): Promise<string> {
  for (let value = 0; ; value += 1) {
    const text = value.toString(36);
    if (hash('sha256', workText(nodeId, text), 'buffer').readUInt32BE(0) >>> (32 - bits) === 0) return text;
    if (value % triesAtOnce === 0) await new Promise((resolve) => setImmediate(resolve));
  }
}
