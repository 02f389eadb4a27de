import { settle } from '#test/helpers/ManualClock.ts';
import { linkPair } from '#test/helpers/memoryLinks.ts';
import { openSocketLinks } from '#test/helpers/socketLinks.ts';
import { FaultyNetwork } from '#test/simulation/FaultyNetwork.ts';
import { SeededRandom } from '#test/simulation/SeededRandom.ts';
import { Trace } from '#test/simulation/Trace.ts';
import { ProcessClock, VirtualClock } from '#test/simulation/VirtualClock.ts';
import type { Link } from '#shared/protocol/link.ts';
import { describeLink } from './describeLink.ts';

describeLink('Socket.IO', async () => {
  const sockets = await openSocketLinks();
  const { near, far } = await sockets.connect();
  return {
    near,
    far,
    async dispose() {
      near.close('the test is over');
      await sockets.close();
    },
  };
});

describeLink('memory', async () => ({ ...linkPair(), dispose: () => Promise.resolve() }));

describeLink('a simulated network without faults', async () => {
  const world = new VirtualClock();
  const network = new FaultyNetwork({ world, random: new SeededRandom(1), trace: new Trace(null) });
  const over = new AbortController();
  const passing = (async () => {
    while (!over.signal.aborted) {
      if (!(await world.step(world.time + 1))) await settle();
    }
  })();
  const accepted = Promise.withResolvers<Link>();
  network.listen({ station: { name: 'coordinator', clock: new ProcessClock(world) }, accept: accepted.resolve });
  const near = await network.dial({ name: 'node', clock: new ProcessClock(world) });
  return {
    near,
    far: await accepted.promise,
    async dispose() {
      over.abort();
      await passing;
    },
  };
});
