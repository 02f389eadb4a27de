import { expect, test } from 'vitest';
import { AccountRates, usualRates } from '#coordinator/gateway/limits/AccountRates.ts';
import { createAdmission } from '#coordinator/gateway/limits/createAdmission.ts';
import type { NodeSession } from '#coordinator/gateway/sockets/NodeSession.ts';
import { wireLimits } from '#shared/protocol/envelope.ts';
import { LinkProbe } from '#shared/protocol/session.ts';
import { ManualClock } from '#test/helpers/ManualClock.ts';

test('a node may measure its way, but not fill it', async () => {
  const clock = new ManualClock();
  const { admit } = createAdmission({ clock, rates: new AccountRates(usualRates, clock.monotonic()), seen: () => {} });
  const session = { accountId: `acc_${'a'.repeat(32)}` } as NodeSession;
  for (let sent = 0; sent < wireLimits.probesAtOnce; sent += 1) admit(session, 'link:probe');
  expect(() => admit(session, 'link:probe')).toThrow('Too many');
  await clock.advance(500);
  admit(session, 'link:probe');
  expect(() => admit(session, 'link:probe')).toThrow('Too many');
});

test('a probe is bounded in both directions', () => {
  expect(LinkProbe.safeParse({ filler: 'x'.repeat(262_145) }).success).toBe(false);
  expect(LinkProbe.safeParse({ answerBytes: 262_145 }).success).toBe(false);
  expect(LinkProbe.parse({})).toEqual({ filler: '', answerBytes: 0 });
});
