// @vitest-environment jsdom
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { MoreSizes } from '#renderer/features/models/catalogue/MoreSizes.tsx';
import type { Engine } from '#renderer/state/engine/connectEngine.ts';
import { EngineProvider } from '#renderer/state/engine/EngineContext.tsx';
import { createEngineStore, type EngineStore } from '#renderer/state/engine/engineStore.ts';
import type { Download, HubFile } from '#shared/api/models.ts';
import type { ModelSlice } from '#shared/api/snapshot.ts';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import { catalogueFamily, catalogueRow } from '#test/helpers/catalogueRows.ts';
import { sampleSnapshot } from '#test/helpers/sampleSnapshot.ts';

/** The catalogue names a Q4_K_M. */
const { family, rows } = catalogueFamily('Known', ['chat'], [catalogueRow('known-q4_k_m', 'well', 100)]);
const digest = 'e'.repeat(64);
const size = (quantisation: string | null, known = false): HubFile => ({
  path: `known.${quantisation ?? 'bare'}.gguf`,
  quantisation,
  sizeBytes: 2e9,
  digest,
  revision: null,
  known,
  address: `https://hub.example/o/r/resolve/main/known.${quantisation ?? 'bare'}.gguf`,
});

let store: EngineStore;
let calls: unknown[][];
let answer: () => Promise<{ files: HubFile[] }>;

beforeEach(() => {
  store = createEngineStore(0);
  store.setState({ link: 'open', snapshot: { ...sampleSnapshot(), models: [], downloads: [] } });
  calls = [];
  const call = async (...asked: unknown[]) => {
    calls.push(asked);
    return asked[0] === 'models.hubFiles' ? answer() : { downloadId: 'a'.repeat(26) };
  };
  const engine = { store, call } as unknown as Engine;
  render(
    <EngineProvider engine={engine}>
      <MoreSizes family={family} rows={rows} />
    </EngineProvider>,
  );
});
afterEach(cleanup);

const press = async (name: string) => act(async () => void fireEvent.click(screen.getByRole('button', { name })));

test('queries the hub on request; each other size can be downloaded, pinned to its digest', async () => {
  answer = async () => ({ files: [size('Q2_K'), size('Q4_K_M'), size('Q4_0', true), size(null)] });
  expect(calls).toEqual([]);
  await press('More sizes from the hub');
  expect(calls).toEqual([['models.hubFiles', { familyId: 'known' }]]);
  const lines = screen.getAllByRole('listitem').map(({ textContent }) => textContent);
  expect(lines).toEqual(['Q2_K2.0 GBWill it fit?Download', 'known.bare.gguf2.0 GBWill it fit?Download']);
  await press('Download Known Q2_K');
  expect(calls.at(-1)).toEqual(['models.pull', { source: size('Q2_K').address, sha256: digest }]);
  const coming = { address: size('Q2_K').address, catalogueId: null, state: 'downloading' } as Download;
  act(() => store.setState({ snapshot: { ...sampleSnapshot(), models: [], downloads: [coming] } }));
  expect(screen.getAllByRole('listitem')[0]?.textContent).toContain('Downloading');
  act(() => store.setState({ snapshot: { ...sampleSnapshot(), models: [{ digest } as ModelSlice], downloads: [] } }));
  expect(screen.getAllByRole('listitem')[0]?.textContent).toBe('Q2_K2.0 GBInstalled');
});

test('says when there are no other sizes', async () => {
  answer = async () => ({ files: [size('Q4_K_M', true)] });
  await press('More sizes from the hub');
  expect(screen.getByText('The hub has no other sizes of this model.')).toBeDefined();
});

test('shows the loading state and a failure, which can be retried', async () => {
  const asked = Promise.withResolvers<{ files: HubFile[] }>();
  answer = () => asked.promise;
  await press('More sizes from the hub');
  expect(screen.getByText('Loading from the hub…')).toBeDefined();
  await act(async () => asked.reject(new SwarmError('forbidden', 'An access token may be needed.')));
  expect(screen.getByRole('alert').textContent).toContain('An access token may be needed.');
  answer = async () => ({ files: [size('Q8_0')] });
  await press('Try again');
  expect(screen.queryByRole('alert')).toBeNull();
  expect(screen.getAllByRole('listitem')).toHaveLength(1);
});

test('is disabled without an engine', () => {
  act(() => store.setState({ link: 'offline' }));
  expect(screen.getByRole('button', { name: 'More sizes from the hub' }).hasAttribute('disabled')).toBe(true);
});
