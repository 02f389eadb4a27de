import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { PayloadOf, ToNode } from '#shared/protocol/messages.ts';
import { type Coordinator, createCoordinator } from '#coordinator/compose/createCoordinator.ts';
import { enrolNode } from '#coordinator/books/commands/enrolNode.ts';
import { openStorage } from '#coordinator/storage/openStorage.ts';
import type { Storage } from '#coordinator/storage/Storage.ts';
import { openSession } from '#engine/swarmLink/client/openSession.ts';
import { type Identity, identityOf, makeSeeds } from '#engine/swarmLink/identity/Identity.ts';
import { createSigningKey, keyId } from '#node/keys/keys.ts';
import { systemClock, systemRandom } from '#node/systemClock.ts';
import type { Reply } from '#shared/protocol/envelope.ts';
import type { Link } from '#shared/protocol/link.ts';
import { silentLogger } from '#test/helpers/silentLogger.ts';
import { madeModel } from '#test/simulation/madeModel.ts';
import { BenchNode } from './BenchNode.ts';
import { memoryLink } from './memoryLink.ts';

const address = 'http://127.0.0.1:4000';

export interface BenchSwarm {
  readonly coordinator: Coordinator;
  readonly workers: readonly BenchNode[];
  readonly requesters: readonly BenchNode[];
  close(): Promise<void>;
}

/** A coordinator on a real disk with many nodes in the same process, all enrolled and proven with real keys. */
export async function openBenchSwarm(
  workFolder: string,
  size: { workers: number; requesters: number; slots: number; chunks: number },
): Promise<BenchSwarm> {
  mkdirSync(workFolder, { recursive: true });
  const folder = mkdtempSync(path.join(workFolder, 'swarm-'));
  const signingKey = createSigningKey();
  const swarmId = keyId('swm', signingKey.publicKey);
  const storage = openStorage({
    folder,
    clock: systemClock,
    swarmId,
    signingKey,
    private: true,
    incentives: 0n,
    writer: 'thread',
  });
  const unlimited = { perSecond: 1e9, burst: 1e9 };
  const coordinator = createCoordinator({
    clock: systemClock,
    random: systemRandom,
    logger: silentLogger,
    storage,
    signingKey,
    tokenKey: createSigningKey(),
    catalogue: { version: 1, models: [] },
    swarm: { name: 'Bench', private: true, grant: 0n, secret: () => null, ownAddresses: () => [address] },
    rates: { perAccount: unlimited, total: unlimited },
  });
  await coordinator.start();
  const joined: BenchNode[] = [];
  // Every node beats every 15 s, spread evenly, as idle ones do; this also keeps the process alive.
  let turn = 0;
  const alive = setInterval(() => {
    turn = (turn + 1) % 150;
    for (let index = turn; index < joined.length; index += 150) joined[index]?.beat();
  }, 100);

  const join = async (slots: number): Promise<BenchNode> => {
    const identity = identityOf(makeSeeds(Date.now()));
    await enrol(storage, identity);
    const { near, far } = memoryLink();
    coordinator.accept(far);
    const node = new BenchNode(identity, near, size.chunks);
    await openSession(near, {
      random: systemRandom,
      identity,
      swarmId,
      pinnedKey: signingKey.publicKey,
      address,
      capabilities: {
        status: 'online',
        name: 'bench',
        models: slots === 0 ? [] : [madeModel(slots)],
        minimumPrice: null,
        region: null,
        timeZone: null,
        availability: [],
        computer: null,
        version: '0.1.0',
      },
      cursors: {},
      holding: [],
      onVerified: () => listen(near, node),
    });
    joined.push(node);
    return node;
  };
  const workers = await joinAll(size.workers, () => join(size.slots));
  const requesters = await joinAll(size.requesters, () => join(0));
  return {
    coordinator,
    workers,
    requesters,
    async close() {
      clearInterval(alive);
      await coordinator.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function joinAll(count: number, join: () => Promise<BenchNode>): Promise<BenchNode[]> {
  const nodes: BenchNode[] = [];
  while (nodes.length < count) {
    nodes.push(...(await Promise.all(Array.from({ length: Math.min(100, count - nodes.length) }, join))));
  }
  return nodes;
}

function enrol({ books }: Storage, identity: Identity): Promise<unknown> {
  const { accountId, certificate, nodeId } = identity;
  const now = Date.now();
  const command = enrolNode({
    account: { accountId, accountKey: certificate.accountKey },
    node: {
      nodeId,
      nodeKey: certificate.nodeKey,
      name: 'bench',
      pseudonym: 'bench',
      addressPrefix: '',
      hardwareFingerprint: '',
      status: 'approved',
    },
    grant: 1_000_000_000_000n,
    token: { jti: `token-${nodeId}`, expires: now + 1e9 },
    now,
  });
  return books.run(command);
}

/** The node's side parses nothing: what the coordinator costs is what is measured. */
function listen(link: Link, node: BenchNode): void {
  link.onMessage(async ({ type, payload }): Promise<Reply> => {
    switch (type) {
      case 'task:offer':
        return { ok: true, payload: node.offered(payload as PayloadOf<ToNode, 'task:offer'>) };
      case 'task:assign':
        node.assigned(payload as PayloadOf<ToNode, 'task:assign'>);
        return { ok: true, payload: {} };
      case 'events':
        return { ok: true, payload: node.heard(payload as PayloadOf<ToNode, 'events'>) };
      default:
        return { ok: true, payload: {} };
    }
  });
}
