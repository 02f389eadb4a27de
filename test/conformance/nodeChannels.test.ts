import { createNodeSession } from '#coordinator/gateway/sockets/NodeSession.ts';
import { SessionTable } from '#coordinator/gateway/sockets/SessionTable.ts';
import type { Link } from '#shared/protocol/link.ts';
import { linkPair } from '#test/helpers/memoryLinks.ts';
import { openSocketLinks } from '#test/helpers/socketLinks.ts';
import { describeNodeChannels } from './describeNodeChannels.ts';

/** A session table as `serveLink` keeps it. */
function sessionsOver(connect: () => Promise<{ near: Link; far: Link }>) {
  const channels = new SessionTable();
  return {
    channels,
    async connect(nodeId: string): Promise<Link> {
      const { near, far } = await connect();
      let isClosed = false;
      const session = createNodeSession(far, { nodeId, accountId: `account of ${nodeId}` }, () => isClosed);
      far.onClose(() => {
        isClosed = true;
        channels.detach(session);
      });
      channels.attach(session);
      return near;
    },
  };
}

describeNodeChannels('sessions over Socket.IO', async () => {
  const sockets = await openSocketLinks();
  const sessions = sessionsOver(() => sockets.connect());
  return {
    ...sessions,
    async dispose() {
      sessions.channels.closeAll('the test is over');
      await sockets.close();
    },
  };
});

describeNodeChannels('sessions over links in memory', async () => ({
  ...sessionsOver(async () => linkPair()),
  dispose: () => Promise.resolve(),
}));
