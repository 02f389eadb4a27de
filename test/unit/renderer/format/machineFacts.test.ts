import { expect, test } from 'vitest';
import { machineFacts } from '#renderer/format/machineFacts.ts';
import { sampleProfile } from '#test/helpers/sampleProfile.ts';

function factOf(id: string, profile = sampleProfile()) {
  return machineFacts(profile).find((one) => one.id === id);
}

test('an unknown part states the reason and no value', () => {
  expect(factOf('gpus')).toMatchObject({ value: null, note: 'The graphics tool did not answer.' });
  expect(factOf('network')).toMatchObject({ value: null, note: 'No interface leads out.' });
  expect(factOf('disk')?.note).toContain('type unknown');
});

test('an empty list of cards means none, not unknown', () => {
  expect(factOf('gpus', sampleProfile({ gpus: { value: [], reason: null } }))?.value).toBe('None');
});

test('a card with unknown memory shows none', () => {
  const card = { vendor: 'V', model: 'Card', memoryBytes: null, sharedMemory: false, driver: null };
  expect(factOf('gpus', sampleProfile({ gpus: { value: [card], reason: null } }))?.note).toBe('memory size unknown');
});

test('shows usable cores and the best instruction set', () => {
  expect(factOf('cpu')?.note).toBe('8 cores · 16 threads · 4 usable · AVX2');
});

test('shows container, battery and system', () => {
  expect(factOf('virtual')).toMatchObject({ value: 'Container', note: 'docker · kvm' });
  expect(factOf('battery')).toMatchObject({ value: 'On battery', note: '60 % charged' });
  expect(factOf('system')?.value).toBe('linux 12');
});
