import { expect, test } from 'vitest';
import { lookError } from '#engine/models/hub/lookError.ts';
import { SwarmError } from '#shared/domain/errorCodes.ts';

test('a server that takes too long is told as no connection', async () => {
  const signal = AbortSignal.timeout(1);
  await new Promise((resolve) => signal.addEventListener('abort', resolve));
  const told = lookError(signal.reason);
  expect(told).toBeInstanceOf(SwarmError);
  expect(told).toMatchObject({
    code: 'not_connected',
    message: 'The server takes too long to answer. Try again later.',
  });
});

test('what is not about looking comes back as it is', () => {
  const error = new TypeError('a mistake of ours');
  expect(lookError(error)).toBe(error);
});
