import { expect, test } from 'vitest';
import { adviceSentence } from '#shared/domain/money/adviceSentence.ts';
import type { AdviceRow, EarningAdvice } from '#shared/domain/money/earningAdvice.ts';

const row: AdviceRow = {
  id: 'coder-1.5b',
  name: 'Coder 1.5B Q4_0',
  installed: null,
  sizeBytes: 1e9,
  tokensPerSecond: 20,
  measured: false,
  perHour: '0.413',
  perBusyHour: '11.52',
  limit: 'demand',
};
const best = { row, extraPerHour: '0.0042', downloadSeconds: 240, paybackHours: 3.21 };

function sentence(change: Partial<EarningAdvice>): string {
  return adviceSentence({ basis: 'demand', rows: [row], best, ...change });
}

test('states what a model would earn, how long the download takes and when it pays for itself', () => {
  expect(sentence({})).toBe(
    'Coder 1.5B Q4_0 would earn about 0.41 credits an hour, 0.0042 more than your installed models. ' +
      'The download takes about 4 min and pays for itself after about 3.2 hours. The speed is an estimate.',
  );
  const quick = { ...best, row: { ...row, measured: true, perHour: '1234' }, downloadSeconds: 30, paybackHours: 0.01 };
  expect(sentence({ best: quick })).toContain('about 1,234 credits an hour');
  expect(sentence({ best: quick })).toMatch(/takes about 30 s and pays for itself after less than 0\.1 hours\.$/);
  const slow = { ...best, downloadSeconds: 9000, paybackHours: 1200 };
  expect(sentence({ best: slow })).toContain('about 2.5 hours and pays for itself after about 1,200 hours');
});

test('does not state unknown facts', () => {
  expect(sentence({ best: { ...best, downloadSeconds: null, paybackHours: null } })).toContain(
    'The download time is not known yet.',
  );
  expect(sentence({ best: null })).toBe(
    'No model that fits this computer would earn more than Coder 1.5B Q4_0: about 0.41 credits an hour.',
  );
  expect(sentence({ best: null, rows: [{ ...row, perHour: '0' }] })).toContain('about 0 credits an hour');
  expect(sentence({ best: null, basis: 'quiet' })).toContain('no tasks in the last hour');
  expect(sentence({ best: null, basis: 'unknown' })).toContain('does not report its demand');
  expect(sentence({ best: null, rows: [] })).toContain('Run a benchmark first');
});
