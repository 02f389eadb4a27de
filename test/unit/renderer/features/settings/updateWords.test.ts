import { expect, test } from 'vitest';
import { updateWords } from '#renderer/features/settings/app/updateWords.ts';

const now = new Date(2026, 5, 10, 12).getTime();

test('states the update status with its action', () => {
  expect(updateWords({ kind: 'idle', checkedAt: null }, now)).toMatchObject({ action: 'check' });
  expect(updateWords({ kind: 'idle', checkedAt: now - 180_000 }, now)).toEqual({
    text: 'Up to date. Checked 3 min ago.',
    action: 'check',
  });
  expect(updateWords({ kind: 'idle', checkedAt: now - 86_400_000 }, now).text).toContain('Checked yesterday.');
  expect(updateWords({ kind: 'checking' }, now).action).toBe('wait');
  expect(updateWords({ kind: 'downloading', version: '2.0.0', percent: 7 }, now)).toEqual({
    text: 'Downloading 2.0.0: 7 %.',
    action: 'wait',
  });
  expect(updateWords({ kind: 'ready', version: '2.0.0' }, now).action).toBe('install');
  expect(updateWords({ kind: 'off', why: 'It is a checkout.' }, now)).toMatchObject({
    action: 'none',
    text: expect.stringMatching(/^It is a checkout\. /) as string,
  });
});

test('states the cause of a failure in one complete sentence', () => {
  expect(updateWords({ kind: 'failed', why: 'no such host\n    at fetch' }, now)).toEqual({
    text: 'no such host. Nothing was changed. The next attempt is within the hour.',
    action: 'retry',
  });
  expect(updateWords({ kind: 'failed', why: '' }, now).text).toMatch(/^The update could not be downloaded\. /);
});
