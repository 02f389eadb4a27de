import { expect, test } from 'vitest';
import { noticeWords } from '#renderer/features/settings/app/notificationWords.ts';

test('offers the prompt only where it helps, and otherwise names the obstacle', () => {
  expect(noticeWords(true, 'default')).toMatchObject({
    canAsk: true,
    text: expect.stringContaining('not allowed notifications yet') as string,
  });
  expect(noticeWords(true, 'denied')).toMatchObject({
    canAsk: false,
    text: expect.stringContaining('site settings') as string,
  });
  expect(noticeWords(true, 'none').text).toContain('does not support notifications');
  expect(noticeWords(true, 'granted')).toEqual(noticeWords(false, 'granted'));
});

test('a disabled setting needs no permission', () => {
  for (const permission of ['default', 'denied', 'none'] as const) {
    expect(noticeWords(false, permission)).toEqual(noticeWords(true, 'granted'));
  }
});
