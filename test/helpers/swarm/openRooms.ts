import { onTestFinished } from 'vitest';
import { enrolNode } from '#coordinator/books/commands/enrolNode.ts';
import { composeRooms } from '#coordinator/compose/composeRooms.ts';
import type { NodeSession } from '#coordinator/gateway/sockets/NodeSession.ts';
import { Metrics } from '#coordinator/observability/Metrics.ts';
import { createSigningKey, type SigningKey, verifySignature } from '#node/keys/keys.ts';
import { Submission, type SubmissionInput } from '#shared/domain/tasks/task.ts';
import type { Capabilities } from '#shared/protocol/session.ts';
import { ManualClock, settle } from '#test/helpers/ManualClock.ts';
import { memoryStorage } from '#test/helpers/memoryStorage.ts';
import { silentLogger } from '#test/helpers/silentLogger.ts';
import { enrolment, type Member, newMember, ulidOf } from '#test/helpers/storeCommands.ts';
import { capabilities, certify } from '#test/integration/coordinator/ScriptedNode.ts';
import { SeededRandom } from '#test/simulation/SeededRandom.ts';
import { FaultyBooks } from './FaultyBooks.ts';
import { RecordingChannels } from './RecordingChannels.ts';
import { SignedAnswer } from './SignedAnswer.ts';

interface RoomsOptions {
  readonly private?: boolean;
  /** Micro-credits for welcome tasks; none unless said otherwise, so that newcomers get none. */
  readonly incentives?: bigint;
}

/** An enrolled node; connected after `join`. */
export interface RoomNode extends Member {
  readonly key: SigningKey;
  /** What it is sent, and what it answers. */
  readonly wire: RecordingChannels;
  /** The ids of what it works on. */
  readonly assigned: () => string[];
}

/**
 * All rooms of a coordinator, composed as in the product, over a real storage in memory. FAKE clock, sessions and faults:
 * nodes accept every offer unless the test says otherwise.
 */
export async function openRooms({ private: isPrivate = true, incentives = 0n }: RoomsOptions = {}) {
  const clock = new ManualClock();
  const storage = memoryStorage({ private: isPrivate, incentives, clock });
  onTestFinished(() => storage.close());
  const books = new FaultyBooks(storage.books);
  const rooms = composeRooms({
    clock,
    random: new SeededRandom(1),
    logger: silentLogger,
    storage: { ...storage, books },
    signingKey: storage.signingKey,
    catalogue: { models: [] },
    swarm: { name: 'Test', private: isPrivate, grant: 0n, secret: () => null, ownAddresses: () => [] },
    metrics: new Metrics(),
    parser: { parses: () => Promise.resolve(null), close: () => Promise.resolve() },
    verify: (claim) => Promise.resolve(verifySignature(claim)),
  });
  const sessions = new Map<string, NodeSession>();
  let lastId = 1000;

  const enrol = async (): Promise<RoomNode> => {
    const key = createSigningKey();
    const wire = new RecordingChannels({
      'task:offer': () => ({ ok: true, payload: { answer: 'accept', estimateMs: 1000 } }),
      'task:assign': () => ({ ok: true, payload: {} }),
    });
    const node = {
      ...newMember(key),
      key,
      wire,
      assigned: () => wire.sentOf('task:assign').map(({ assignmentId }) => assignmentId),
    };
    await books.run(enrolNode(enrolment(node)));
    return node;
  };

  const join = async (node: RoomNode, change: Partial<Capabilities> = {}, holding: string[] = []) => {
    const { nodeId, accountId, wire } = node;
    const session: NodeSession = {
      nodeId,
      accountId,
      remoteAddress: '',
      isClosed: () => sessions.get(nodeId) !== session,
      request: (type, payload) => wire.request(nodeId, type, payload),
      notify: (type, payload) => wire.notify(nodeId, type, payload),
      close: (reason) => wire.close(nodeId, reason),
    };
    sessions.set(nodeId, session);
    const arrival = { nodeId, accountId, attach: () => rooms.channels.attach(session) };
    const ready = await rooms.reception.admit(arrival, {
      certificate: certify(createSigningKey(), node.key),
      signature: '',
      capabilities: capabilities(change),
      cursors: {},
      holding,
    });
    await clock.advance(1);
    return ready;
  };

  const asker = await enrol();
  return {
    clock,
    books,
    storage,
    rooms,
    asker,
    enrol,
    join,
    /** A new node that is connected. */
    joined: async (change: Partial<Capabilities> = {}): Promise<RoomNode> => {
      const node = await enrol();
      await join(node, change);
      return node;
    },
    /** Its link is gone. */
    leave: ({ nodeId }: RoomNode, reason = 'gone') => {
      const session = sessions.get(nodeId);
      sessions.delete(nodeId);
      if (session !== undefined && rooms.channels.detach(session)) rooms.reception.leave(nodeId, reason);
    },
    /** Submits a task of the asker; returns its id. */
    submit: async (change: Partial<SubmissionInput> = {}): Promise<string> => {
      const taskId = ulidOf((lastId += 1));
      const submission = Submission.parse({
        type: 'code_completion',
        messages: [{ role: 'user', content: 'function add(a, b) {' }],
        maxTokens: 8,
        deadlineMs: 60_000,
        ...change,
      });
      await rooms.intake.submit(asker, taskId, submission);
      await settle();
      return taskId;
    },
    /** The answer of a node to what it was assigned last. */
    answerOf: (node: RoomNode): SignedAnswer => {
      const found = rooms.life.run(node.assigned().at(-1) ?? '');
      if (found === undefined) throw new Error('It works on nothing');
      return new SignedAnswer(found.run, node.key);
    },
    send: (node: RoomNode, answer: SignedAnswer, ids: readonly number[]) =>
      rooms.progress.receive(node.nodeId, answer.progress(answer.chunk(ids))),
    /** Renews the leases of a node every second. */
    renewFor: async (node: RoomNode, seconds: number) => {
      for (let second = 0; second < seconds; second += 1) {
        await clock.advance(1000);
        for (const id of node.assigned()) rooms.leases.renew(node.nodeId, id);
      }
    },
  };
}
