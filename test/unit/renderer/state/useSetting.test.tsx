// @vitest-environment jsdom
import { act, renderHook, waitFor } from '@testing-library/react';
import type { ReactNode } from 'react';
import { expect, test } from 'vitest';
import type { Engine } from '#renderer/state/engine/connectEngine.ts';
import { EngineProvider } from '#renderer/state/engine/EngineContext.tsx';
import { createEngineStore, replaceSlice } from '#renderer/state/engine/engineStore.ts';
import { useSetting } from '#renderer/state/useSetting.ts';
import type { Settings } from '#shared/api/snapshot.ts';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import { sampleSnapshot } from '#test/helpers/sampleSnapshot.ts';

/** FAKE engine: it keeps what it is sent when the test says so, and tells its slice when the test says so. */
function playedEngine() {
  const store = createEngineStore(0);
  const snapshot = sampleSnapshot();
  store.setState({ snapshot });
  let settings: Settings = snapshot.settings;
  const waiting: { change: Partial<Settings>; answer: (value: Settings) => void; refuse: (why: unknown) => void }[] =
    [];
  const call = (_name: string, change: Partial<Settings>) =>
    new Promise((answer, refuse) => waiting.push({ change, answer, refuse }));
  const engine = { store, call } as unknown as Engine;
  return {
    wrapper: ({ children }: { readonly children: ReactNode }) => (
      <EngineProvider engine={engine}>{children}</EngineProvider>
    ),
    sent: () => waiting.map(({ change }) => change),
    /** Keeps the oldest change. `as`: what it makes of it. */
    keep: async (as: Partial<Settings> = {}) => {
      const oldest = waiting.shift();
      settings = { ...settings, ...oldest?.change, ...as };
      await act(async () => oldest?.answer(settings));
    },
    refuse: async () => act(async () => waiting.shift()?.refuse(new SwarmError('invalid_message', 'Not like this.'))),
    tell: async () => act(async () => replaceSlice(store, 'settings', settings)),
  };
}

test('each change builds on the previous one, before the engine confirms it', async () => {
  const engine = playedEngine();
  const { result } = renderHook(() => useSetting('contribution.cpuShare'), { wrapper: engine.wrapper });
  const first = result.current.value;
  // Two before the next rendering, one after it.
  await act(async () => {
    void result.current.change((share) => share - 5);
    void result.current.change((share) => share - 5);
  });
  await act(async () => void result.current.change((share) => share - 5));
  expect(result.current.value).toBe(first - 15);
  expect(engine.sent().map((change) => change['contribution.cpuShare'])).toEqual([first - 5, first - 10, first - 15]);
  await engine.keep();
  await engine.tell();
  expect(result.current.value).toBe(first - 15);
  await engine.keep();
  await engine.keep();
  expect(result.current.value).toBe(first - 15);
  await engine.tell();
  expect(result.current.value).toBe(first - 15);
});

test('shows the value that the engine confirms, and later changes by others', async () => {
  const engine = playedEngine();
  const { result } = renderHook(() => useSetting('contribution.exclusivePrograms'), { wrapper: engine.wrapper });
  await act(async () => void result.current.change((before) => [...before, ' Blender']));
  await engine.keep({ 'contribution.exclusivePrograms': ['Blender'] });
  expect(result.current.value).toEqual([' Blender']);
  await engine.tell();
  expect(result.current.value).toEqual(['Blender']);
  await act(async () => void result.current.change(() => []));
  await engine.keep();
  await engine.tell();
  await act(async () => void result.current.change(() => ['other']));
  await engine.keep({ 'contribution.exclusivePrograms': ['from elsewhere'] });
  await engine.tell();
  expect(result.current.value).toEqual(['from elsewhere']);
});

test('a refusal restores the value and resolves to false; an outdated one changes nothing', async () => {
  const engine = playedEngine();
  const { result } = renderHook(() => useSetting('contribution.cpuShare'), { wrapper: engine.wrapper });
  const first = result.current.value;
  const answers: boolean[] = [];
  const change = (to: number) =>
    act(async () => void result.current.change(() => to).then((kept) => answers.push(kept)));
  await change(10);
  await change(20);
  await engine.refuse();
  expect(result.current.value).toBe(20);
  await engine.refuse();
  expect(result.current.value).toBe(first);
  expect(answers).toEqual([false, false]);
});

test('a value that is never confirmed is dropped', async () => {
  const engine = playedEngine();
  const { result } = renderHook(() => useSetting('contribution.cpuShare'), { wrapper: engine.wrapper });
  const first = result.current.value;
  await act(async () => void result.current.change(() => 10));
  await engine.keep();
  expect(result.current.value).toBe(10);
  await waitFor(() => expect(result.current.value).toBe(first), { timeout: 3000 });
});
