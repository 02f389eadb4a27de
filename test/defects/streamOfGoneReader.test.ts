import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { FrameRelay } from '#coordinator/gateway/delivery/FrameRelay.ts';
import { streamTaskEvents } from '#coordinator/gateway/http/taskEvents.ts';
import { viewOf } from '#test/helpers/sampleHistory.ts';

// The stream waited for a close that had been already, and the answer went on being sent to nobody until the task's end: up
// to a day, once for each reader that left early.
test('a reader that left before its stream begins is not sent the answer', async () => {
  const raw = new ServerResponse(new IncomingMessage(new Socket()));
  const calls: string[] = [];
  const ownTasks = {
    view: () => Promise.reject(new Error('Nobody asks')),
    follow: async () => {
      raw.destroy();
      return {
        reply: { task: viewOf(1, { status: 'running' }), frame: null },
        begin: () => void calls.push('begin'),
        stop: () => void calls.push('stop'),
      };
    },
  };
  await streamTaskEvents(
    { coordinator: { rooms: { ownTasks, relay: new FrameRelay() } }, newId: () => 'id' },
    { params: { id: '01ARZ3NDEKTSV4RRFFQ69G5FAV' }, query: {} },
    { raw, hijack: () => undefined },
    { accountId: 'acc_a' },
  );
  expect(calls).toEqual(['stop']);
});
