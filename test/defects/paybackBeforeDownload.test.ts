import { expect, test } from 'vitest';
import { adviseModel, type EarningModel, type Market } from '#shared/domain/money/earningAdvice.ts';

// A model was said to pay off 1e-21 hours before its own download ended: the quotient was rounded below its first factor.

const model: EarningModel = {
  id: 'debugger',
  name: 'debugger',
  installed: null,
  types: ['debugging'],
  sizeClass: 'tiny',
  sizeBytes: 1_000_026,
  tokensPerSecond: 0.00083,
  measured: false,
};
const market: Market = {
  health: { demand: 1, wanted: [{ type: 'debugging', tasksPerHour: 100, tokensPerTask: 200, nodes: 0 }] },
  private: true,
  level: 'intermediate',
};

test('a download never pays off before it ends', () => {
  const { best } = adviseModel([model], market, 36_424_380);
  expect(best).not.toBeNull();
  expect(best?.paybackHours).toBe((best?.downloadSeconds ?? 0) / 3600);
});
