import { expect, test } from 'vitest';
import { cpuFactsFrom } from '#engine/machine/hardware/cpuFactsFrom.ts';
import { CpuFacts } from '#shared/domain/machine/hardware.ts';

const node = { model: 'Xeon of Node ', logicalCores: 8, usableCores: 6 };

test('a processor is what the system tells of it', () => {
  const told = { manufacturer: 'Intel', vendor: 'GenuineIntel', brand: 'Xeon', physicalCores: 4, cores: 16 };
  expect(cpuFactsFrom(told, ' avx2  fma ', node)).toEqual({
    vendor: 'Intel',
    model: 'Xeon',
    physicalCores: 4,
    logicalCores: 16,
    usableCores: 6,
    flags: ['avx2', 'fma'],
  });
});

test('a system that tells nothing leaves what Node knows, and never no core', () => {
  const nothing = { manufacturer: '', vendor: '', brand: '', physicalCores: 0, cores: 0 };
  const facts = cpuFactsFrom(nothing, '', node);
  expect(facts).toEqual({
    vendor: '',
    model: 'Xeon of Node',
    physicalCores: 8,
    logicalCores: 8,
    usableCores: 6,
    flags: [],
  });
  expect(CpuFacts.safeParse(cpuFactsFrom(nothing, '', { model: '', logicalCores: 0, usableCores: 1 })).success).toBe(
    true,
  );
});
