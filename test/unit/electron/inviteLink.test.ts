import { expect, test } from 'vitest';
import { findInviteLink } from '#main/electron/desktop/inviteLink.ts';

test('is found among the arguments', () => {
  const link = 'openswarm://192.168.1.5:4310#swm_abc234.s3cret-_';
  expect(findInviteLink(['/usr/bin/open-swarm', '--hidden', link])).toBe(link);
});

test.each([
  'openswarm://',
  'openswarm://host:1',
  'openswarm://host:1/path#swm_a.b',
  'openswarm://host:1#a b',
  'https://host:1#swm_a.b',
  `openswarm://${'h'.repeat(2000)}#swm_a.b`,
])('%s is none', (argument) => expect(findInviteLink([argument])).toBeNull());
