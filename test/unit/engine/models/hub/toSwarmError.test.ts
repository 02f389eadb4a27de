import { expect, test } from 'vitest';
import { toSwarmError } from '#engine/models/hub/toSwarmError.ts';
import { SwarmError } from '#shared/domain/errorCodes.ts';

test('a server that takes too long is told as no connection', async () => {
  const signal = AbortSignal.timeout(1);
  await new Promise((resolve) => signal.addEventListener('abort', resolve));
  const told = toSwarmError(signal.reason);
  expect(told).toBeInstanceOf(SwarmError);
  expect(told).toMatchObject({
    code: 'not_connected',
    message: 'The server took too long to respond. Try again later.',
  });
});

test('what is not about looking comes back as it is', () => {
  const error = new TypeError('a mistake of ours');
  expect(toSwarmError(error)).toBe(error);
});
