import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { findWork } from '#engine/swarmLink/membership/findWork.ts';
import { workText } from '#shared/protocol/enrolment.ts';

describe('proof of work', () => {
  it.each([1, 8, 12])('of %i bits fits its node', async (bits) => {
    const zeros = (nodeId: string, value: string): number =>
      Math.clz32(createHash('sha256').update(workText(nodeId, value)).digest().readUInt32BE(0));
    const value = await findWork('node_a', bits);
    expect(zeros('node_a', value)).toBeGreaterThanOrEqual(bits);
  });

  it('lets everything else run meanwhile', async () => {
    let turns = 0;
    const count = (): void => {
      turns += 1;
      if (turns < 1e6) next = setImmediate(count);
    };
    let next = setImmediate(count);
    await findWork('node_c', 15);
    clearImmediate(next);
    expect(turns).toBeGreaterThan(0);
  });
});
