import { describe, expect, test } from 'vitest';
import { type AcceptedOffer, Matcher } from '#coordinator/swarm/matching/Matcher.ts';
import type { Ticket } from '#coordinator/swarm/matching/Ticket.ts';
import { WaitingTickets } from '#coordinator/swarm/matching/WaitingTickets.ts';
import type { ConnectedNode } from '#coordinator/swarm/nodes/ConnectedNode.ts';
import { NodeRegistry } from '#coordinator/swarm/nodes/NodeRegistry.ts';
import { workTicket } from '#coordinator/swarm/tasks/life/workTicket.ts';
import type { TaskRecord } from '#coordinator/books/records.ts';
import type { OfferReply } from '#shared/protocol/working.ts';
import { ManualClock, settle } from '#test/helpers/ManualClock.ts';
import { SeededRandom } from '#test/simulation/SeededRandom.ts';
import { silentLogger } from '#test/helpers/silentLogger.ts';
import { connectedNode } from '#test/helpers/swarm/connectedNode.ts';
import { liveTask } from '#test/helpers/swarm/liveTasks.ts';
import { RecordingChannels } from '#test/helpers/swarm/RecordingChannels.ts';
import { scriptedModel } from '#test/integration/coordinator/ScriptedNode.ts';

type Answer = OfferReply | null;
const accept: Answer = { answer: 'accept', estimateMs: 7 };
const decline: Answer = { answer: 'decline', reason: 'busy' };
const oneSlot = [{ ...scriptedModel, slots: 1, inCatalogue: true }];

/** A matcher with nodes that answer offers as the test says; null for no answer. */
function matching(answers: Record<string, (count: number) => Answer | Promise<Answer>> = {}) {
  const clock = new ManualClock();
  const nodes = new NodeRegistry();
  const waiting = new WaitingTickets();
  const asked: string[] = [];
  const outcomes: string[] = [];
  const assigned: { ticket: Ticket; offer: AcceptedOffer }[] = [];
  const waits: string[] = [];
  const assign = { run: async (): Promise<boolean> => true };
  const channels = new RecordingChannels({
    'task:offer': async (_, nodeId) => {
      asked.push(nodeId);
      const count = asked.filter((each) => each === nodeId).length;
      const answer = await (answers[nodeId] ?? (() => accept))(count);
      return answer === null ? { ok: false, code: 'timeout' } : { ok: true, payload: answer };
    },
  });
  let offers = 0;
  const matcher = new Matcher({
    clock,
    random: new SeededRandom(1),
    logger: silentLogger,
    private: true,
    nodes,
    channels,
    waiting,
    newId: () => `offer ${(offers += 1)}`,
    assign: async (ticket, offer) => {
      const isAssigned = await assign.run();
      if (isAssigned) {
        assigned.push({ ticket, offer });
        matcher.close(ticket.id);
      }
      return isAssigned;
    },
    onOffer: (outcome) => void outcomes.push(outcome),
  });
  matcher.onWaits((ticket) => void waits.push(ticket.id));
  const add = (nodeId: string, change: Partial<ConnectedNode> = {}) => {
    const node = connectedNode(nodeId, { models: oneSlot, ...change });
    nodes.add(node);
    return node;
  };
  const freeSlots = (nodeId: string) => nodes.freeCandidates({ ...wanted, onlyNodeId: nodeId }).length;
  return { clock, nodes, waiting, channels, matcher, asked, outcomes, assigned, waits, assign, add, freeSlots };
}

const wanted = { digest: null, type: 'code_completion', onlyNodeId: null } as const;

function ticketFor(id: string, change: Partial<TaskRecord> = {}, acceptedAt = 0): Ticket {
  return workTicket(liveTask({ taskId: id, ...change }, { acceptedAt, deadline: 1e9 }), { private: true });
}

const reputation = (score: number) => ({ ...connectedNode('x').reputation, score });

describe('offers', () => {
  test('go to the three best nodes at once, without the text', async () => {
    const { matcher, add, asked, channels } = matching({ a: () => decline, b: () => decline, c: () => decline });
    for (const [index, nodeId] of ['d', 'c', 'b', 'a'].entries()) add(nodeId, { reputation: reputation(index * 10) });
    matcher.open(ticketFor('t'));
    expect(asked).toEqual(['a', 'b', 'c']);
    await settle();
    expect(channels.sentOf('task:offer')[0]).toMatchObject({ modelDigest: scriptedModel.digest, own: true });
    expect(JSON.stringify(channels.sent)).not.toContain('function sum');
  });

  test('for the highest quality go to one node after the other', () => {
    const { matcher, add, asked } = matching();
    for (const nodeId of ['a', 'b']) add(nodeId);
    matcher.open(ticketFor('t', { tariffQuality: 'high_quality' }));
    expect(asked).toHaveLength(1);
  });

  test('the first acceptance wins; the slots of the others are given back', async () => {
    const late = Promise.withResolvers<Answer>();
    const { matcher, add, assigned, freeSlots, outcomes } = matching({ a: () => late.promise, b: () => decline });
    for (const nodeId of ['a', 'b', 'c']) add(nodeId);
    matcher.open(ticketFor('t'));
    expect(['a', 'b', 'c'].map(freeSlots)).toEqual([0, 0, 0]);
    await settle();
    expect(assigned.map(({ offer }) => [offer.candidate.node.nodeId, offer.estimateMs])).toEqual([['c', 7]]);
    late.resolve(accept);
    await settle();
    expect(assigned).toHaveLength(1);
    expect(['a', 'b', 'c'].map(freeSlots)).toEqual([1, 1, 0]);
    expect(outcomes.toSorted()).toEqual(['accepted', 'accepted', 'declined', 'sent', 'sent', 'sent']);
  });

  test('for a ticket that was closed come to nothing, and give their slots back', async () => {
    const answer = Promise.withResolvers<Answer>();
    const { matcher, add, assigned, freeSlots, clock } = matching({ a: () => answer.promise });
    add('a');
    matcher.open(ticketFor('t'));
    matcher.close('t');
    answer.resolve(accept);
    await clock.advance(60_000);
    expect(assigned).toEqual([]);
    expect(freeSlots('a')).toBe(1);
  });

  test('of before a ticket was closed do not count for the one that was opened after it', async () => {
    const first = Promise.withResolvers<Answer>();
    const second = Promise.withResolvers<Answer>();
    const { matcher, add, assigned } = matching({ a: (count) => (count === 1 ? first.promise : second.promise) });
    add('a', { models: [{ ...scriptedModel, slots: 2, inCatalogue: true }] });
    matcher.open(ticketFor('t'));
    matcher.close('t');
    matcher.open(ticketFor('t'));
    first.resolve(accept);
    await settle();
    expect(assigned).toEqual([]);
    second.resolve(accept);
    await settle();
    expect(assigned.map(({ offer }) => offer.assignmentId)).toEqual(['offer 2']);
  });

  test('never go to excluded nodes, and to nodes to avoid only when nobody else is left', async () => {
    const { matcher, add, asked, waits } = matching();
    add('a');
    add('b');
    matcher.open({ ...ticketFor('t', { tariffQuality: 'high_quality' }), avoid: new Set(['a']) });
    expect(asked).toEqual(['b']);
    await settle();
    matcher.open({ ...ticketFor('u'), exclude: new Map([['a', 'unreliable']]) });
    expect(asked).toEqual(['b']);
    expect(waits).toEqual(['u']);
    expect(matcher.waitReason('u')).toContain('busy');
    matcher.open({ ...ticketFor('v'), avoid: new Set(['a']) });
    expect(asked).toEqual(['b', 'a']);
  });
});

describe('cool-downs', () => {
  test('a node that declines is asked again after 2, 4, 8, 16 and then every 32 seconds', async () => {
    const { matcher, add, asked, clock } = matching({ a: () => decline });
    add('a');
    matcher.open(ticketFor('t'));
    const times: number[] = [];
    let before = asked.length;
    for (let second = 0; second <= 100; second += 1) {
      if (asked.length > before) times.push(second);
      before = asked.length;
      await clock.advance(1000);
    }
    expect(times).toEqual([2, 6, 14, 30, 62, 94]);
  });

  test('a node that lets an offer lapse is asked again after 5 seconds', async () => {
    const { matcher, add, asked, clock } = matching({ a: (count) => (count === 1 ? null : accept) });
    add('a');
    matcher.open(ticketFor('t'));
    await clock.advance(4900);
    expect(asked).toHaveLength(1);
    await clock.advance(200);
    expect(asked).toHaveLength(2);
  });

  test('a node that changed since is asked at once', async () => {
    const { matcher, add, nodes, asked, clock } = matching({ a: (count) => (count === 1 ? decline : accept) });
    add('a');
    matcher.open(ticketFor('t'));
    await clock.advance(100);
    nodes.update('a', (node) => {
      node.changedAt = clock.monotonic();
    });
    matcher.nodeFreed('a');
    expect(asked).toHaveLength(2);
  });

  test('a ticket brings its own', async () => {
    const { matcher, add, asked, clock } = matching();
    add('a');
    const now = clock.monotonic();
    matcher.open({ ...ticketFor('t'), coolDown: new Map([['a', { at: now, until: now + 1000 }]]) });
    expect(matcher.waitReason('t')).toContain('declined just now');
    await clock.advance(999);
    expect(asked).toEqual([]);
    await clock.advance(1);
    expect(asked).toEqual(['a']);
  });

  test('a closed ticket is not offered after a cool-down', async () => {
    const { matcher, add, asked, clock } = matching({ a: () => decline });
    add('a');
    matcher.open(ticketFor('t'));
    await clock.advance(10);
    matcher.close('t');
    await clock.advance(60_000);
    expect(asked).toHaveLength(1);
    expect(clock.pending).toBe(0);
  });
});

describe('a node with a free slot', () => {
  test('gets the ticket of the highest priority, of those the oldest', async () => {
    const { matcher, add, nodes, assigned, waiting } = matching();
    matcher.open(ticketFor('young', { priority: 'high' }, 3));
    matcher.open(ticketFor('low', { priority: 'low' }, 1));
    matcher.open(ticketFor('old', { priority: 'high' }, 2));
    expect(waiting.size).toBe(3);
    add('a');
    for (let done = 0; done < 3; done += 1) {
      matcher.nodeFreed('a');
      await settle();
      nodes.release('a', scriptedModel.digest, `offer ${done + 1}`);
    }
    expect(assigned.map((each) => each.ticket.id)).toEqual(['old', 'young', 'low']);
  });

  test('takes as many tickets as it has slots', async () => {
    const { matcher, add, assigned, waiting } = matching();
    for (const id of ['t', 'u', 'v']) matcher.open(ticketFor(id));
    add('a', { models: [{ ...scriptedModel, slots: 2, inCatalogue: true }] });
    matcher.nodeFreed('a');
    await settle();
    expect(assigned).toHaveLength(2);
    expect(waiting.size).toBe(1);
  });

  test('passes over tickets that it may not take', async () => {
    const { matcher, add, assigned } = matching();
    matcher.open({ ...ticketFor('not for a', { priority: 'critical' }), exclude: new Map([['a', 'offline']]) });
    matcher.open(ticketFor('too long', { priority: 'high', maxTokens: 30_000 }));
    matcher.open(ticketFor('fits', { priority: 'low' }));
    add('a');
    matcher.nodeFreed('a');
    await settle();
    expect(assigned.map((each) => each.ticket.id)).toEqual(['fits']);
  });

  test('gets nothing while it is paused, or unknown', () => {
    const { matcher, add, asked } = matching();
    matcher.open(ticketFor('t'));
    add('a', { status: 'paused' });
    matcher.nodeFreed('a');
    matcher.nodeFreed('b');
    expect(asked).toEqual([]);
  });
});

describe('an open ticket', () => {
  test('keeps its place, with the new facts', async () => {
    const { matcher, add, waiting, asked, assigned } = matching();
    matcher.open(ticketFor('t', { model: 'unknown' }));
    expect(matcher.waitReason('t')).toBe('No connected node has a model for this kind of task.');
    add('a');
    matcher.open(ticketFor('t'));
    expect(asked).toEqual(['a']);
    expect([waiting.size, matcher.waitReason('t')]).toEqual([0, null]);
    await settle();
    expect(assigned).toHaveLength(1);
  });

  test('that changes while it is offered is not offered twice at once', async () => {
    const answer = Promise.withResolvers<Answer>();
    const { matcher, add, asked, assigned } = matching({ a: () => answer.promise });
    add('a');
    matcher.open(ticketFor('t'));
    matcher.open(ticketFor('t', { priority: 'high' }));
    expect(asked).toEqual(['a']);
    answer.resolve(accept);
    await settle();
    expect(assigned.map((each) => each.ticket.priority)).toEqual(['high']);
  });

  test('whose assignment fails here is retried after a second, and gives the slot back', async () => {
    const { matcher, add, assign, assigned, asked, freeSlots, clock } = matching();
    add('a');
    assign.run = () => Promise.reject(new Error('disk full'));
    matcher.open(ticketFor('t'));
    await settle();
    expect(freeSlots('a')).toBe(1);
    assign.run = async () => true;
    await clock.advance(999);
    expect(asked).toHaveLength(1);
    await clock.advance(1);
    expect(assigned).toHaveLength(1);
  });

  test('that is refused is offered again after a cool-down, as if the node had declined', async () => {
    const { matcher, add, assign, assigned, asked, freeSlots, clock } = matching();
    add('a');
    assign.run = async () => false;
    matcher.open(ticketFor('t'));
    await clock.advance(1);
    expect([asked.length, freeSlots('a')]).toEqual([1, 1]);
    assign.run = async () => true;
    await clock.advance(2000);
    expect(assigned).toHaveLength(1);
  });
});

test('a survey tells who is free, who is busy, and what keeps the others', () => {
  const { matcher, add, nodes } = matching();
  add('free');
  add('busy');
  nodes.reserve('busy', scriptedModel.digest, 'holder');
  add('small', {
    models: [{ ...scriptedModel, shape: { ...scriptedModel.shape, contextSize: 10 }, inCatalogue: true }],
  });
  const { free, busy, obstacles } = matcher.survey(ticketFor('t').facts);
  expect(free.map(({ node }) => node.nodeId)).toEqual(['free']);
  expect(busy.map(({ node }) => node.nodeId)).toEqual(['busy']);
  expect(obstacles).toEqual(['context']);
});
