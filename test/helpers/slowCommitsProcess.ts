// A program with nothing to do but three slow commits, one after the other: `node slowCommitsProcess.ts`. Prints how many.
import { GroupQueue } from '#node/GroupQueue.ts';
import { systemClock } from '#node/systemClock.ts';

const slowMs = 20;
const queue = new GroupQueue<() => void>({
  clock: systemClock,
  commit: (group, done) => {
    const end = performance.now() + slowMs;
    while (performance.now() < end);
    done();
    for (const tell of group) tell();
  },
});
const commits = 3;
for (let made = 0; made < commits; made += 1) await new Promise<void>((resolve) => queue.add(resolve));
process.stdout.write(String(commits));
