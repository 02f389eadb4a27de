import { expect, test } from 'vitest';
import { Cursors, StreamName, nodeOfStream, nodeStream } from '#shared/protocol/streams.ts';

test('a stream is named by its kind and whom it is for', () => {
  const nodeId = `node_${'a'.repeat(32)}`;
  expect(StreamName.parse(nodeStream(nodeId))).toBe(`node:${nodeId}`);
  expect(nodeOfStream(nodeStream(nodeId))).toBe(nodeId);
  expect(nodeOfStream('swarm')).toBeNull();
  for (const name of ['', 'Node:a', 'node:', 'node:a b', `node:${'a'.repeat(81)}`]) {
    expect(StreamName.safeParse(name).success).toBe(false);
  }
});

test('cursors are of known form and not many', () => {
  expect(Cursors.parse({ 'node:a': 0, swarm: 7 })).toEqual({ 'node:a': 0, swarm: 7 });
  const many = Object.fromEntries(Array.from({ length: 65 }, (_, index) => [`account:${index}`, 1]));
  for (const wrong of [{ 'node:a': -1 }, { 'node:a': 1.5 }, { '?': 1 }, many]) {
    expect(Cursors.safeParse(wrong).success).toBe(false);
  }
});
