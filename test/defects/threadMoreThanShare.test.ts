import { expect, test } from 'vitest';
import { Pacer } from '#main/inference-worker/steps/Pacer.ts';
import { ManualClock } from '#test/helpers/ManualClock.ts';

// 28 % of 25 processors came out as 7.000000000000001 processors, and were given eight threads.

test('a share of whole processors gets exactly that many threads', () => {
  const pacer = new Pacer({ clock: new ManualClock(), processorMs: () => 0 });
  for (let processors = 1; processors <= 128; processors += 1) {
    for (let percent = 1; percent <= 100; percent += 1) {
      pacer.set({ processorShare: percent / 100, processors, gpuShare: 1, threads: null });
      // In whole numbers: nothing is rounded.
      const wanted = Math.floor((percent * processors + 99) / 100);
      expect([percent, processors, pacer.threads(1000)]).toEqual([percent, processors, wanted]);
    }
  }
});
