import type { Comparison } from './measure.ts';
import { measureLifecycles, measurePlainUpdates, measureTransfers } from './measureStore.ts';

const rounds = 3;
const load = { milliseconds: 3000, callers: 512 } as const;

/** Durable transfers and task lifecycles of the coordinator's store alone, taking turns with plain SQLite. */
export async function benchLedger(workFolder: string): Promise<Comparison[]> {
  const ours: number[] = [];
  const plain: number[] = [];
  const lifecycles: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    ours.push(await measureTransfers(workFolder, load));
    plain.push(await measurePlainUpdates(workFolder, load));
    lifecycles.push(await measureLifecycles(workFolder, load));
  }
  const peer = { peer: plain, peerName: 'plain SQLite, same group commit' };
  return [
    { what: 'Durable transfers', unit: '/s', ours, ...peer },
    {
      what: 'Task lifecycles of the store alone',
      unit: '/s',
      ours: lifecycles,
      ...peer,
      note: 'submit, assign, chunk, settle, events; the peer moves money only',
    },
  ];
}
