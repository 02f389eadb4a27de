// @vitest-environment jsdom
import { act, cleanup, renderHook } from '@testing-library/react';
import type { ReactNode } from 'react';
import { afterEach, expect, test } from 'vitest';
import { afterTryEvent, noTrial, useTry } from '#renderer/features/models/trying/useTry.ts';
import type { LinkState } from '#renderer/client/EngineTransport.ts';
import type { Engine, TryEvent } from '#renderer/state/engine/connectEngine.ts';
import { EngineProvider } from '#renderer/state/engine/EngineContext.tsx';
import { createEngineStore } from '#renderer/state/engine/engineStore.ts';

afterEach(cleanup);

const frame = (text: string, tokens: number): TryEvent => ({
  name: 'try:frame',
  payload: { tryId: 't', text, tokens, tokensPerSecond: 9 },
});

test('joins the frames and keeps the outcome', () => {
  const ended: TryEvent = {
    name: 'try:ended',
    payload: { tryId: 't', finish: 'cancelled', tokens: 3, promptTokens: 2, tokensPerSecond: 8, problem: null },
  };
  const trial = [frame('a', 1), frame('bc', 3), ended].reduce(afterTryEvent, noTrial);
  expect(trial).toEqual({
    state: 'over',
    text: 'abc',
    tokens: 3,
    tokensPerSecond: 8,
    finish: 'cancelled',
    problem: null,
  });
});

/** FAKE engine: it begins a trial when the test says so, and notes what it was asked. */
function playedEngine() {
  const store = createEngineStore(0);
  store.setState({ link: 'open' });
  const calls: string[] = [];
  const starts: ((answer: { tryId: string }) => void)[] = [];
  const listeners = new Set<(event: TryEvent) => void>();
  const call = async (name: string, input: { tryId?: string }) => {
    calls.push(input.tryId === undefined ? name : `${name} ${input.tryId}`);
    return name === 'try.start' ? new Promise((answer) => starts.push(answer)) : {};
  };
  const onTry = (listener: (event: TryEvent) => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  const engine = { store, call, onTry } as unknown as Engine;
  const { result, unmount } = renderHook(() => useTry(), {
    wrapper: ({ children }: { readonly children: ReactNode }) => (
      <EngineProvider engine={engine}>{children}</EngineProvider>
    ),
  });
  return {
    calls,
    trial: () => result.current.trial,
    start: async () => act(async () => void result.current.start(wish)),
    stop: async () => act(async () => result.current.stop()),
    begin: async (tryId = 't') => act(async () => starts.shift()?.({ tryId })),
    tell: async (event: TryEvent) => act(async () => listeners.forEach((listener) => listener(event))),
    link: async (link: LinkState) => act(async () => store.setState({ link })),
    unmount,
  };
}

const wish = { digest: 'd'.repeat(64), prompt: { kind: 'text' as const, text: 'let' }, maxTokens: 8 };

test('a lost connection ends a running answer with a message and keeps its text', async () => {
  const engine = playedEngine();
  await engine.start();
  await engine.begin();
  await engine.tell(frame(' a', 1));
  await engine.link('offline');
  expect(engine.trial()).toMatchObject({ state: 'over', text: ' a', finish: null });
  expect(engine.trial().problem).toMatch(/^The engine stopped responding/);
  await engine.link('open');
  await engine.start();
  await engine.begin('u');
  expect(engine.trial()).toMatchObject({ state: 'starting', problem: null });
});

test('a finished answer survives a lost connection', async () => {
  const engine = playedEngine();
  await engine.start();
  await engine.begin();
  const payload = { tryId: 't', tokens: 1, promptTokens: 1, tokensPerSecond: null, problem: null };
  await engine.tell({ name: 'try:ended', payload: { ...payload, finish: 'eog' } });
  await engine.link('offline');
  expect(engine.trial()).toMatchObject({ state: 'over', finish: 'eog', problem: null });
});

test('stop and unmount also reach a starting answer', async () => {
  const engine = playedEngine();
  await engine.start();
  await engine.stop();
  await engine.begin();
  expect(engine.calls).toEqual(['try.start', 'try.stop t']);
  const other = playedEngine();
  await other.start();
  other.unmount();
  await other.begin();
  expect(other.calls).toEqual(['try.start', 'try.stop t']);
});

test('a second start while running does nothing', async () => {
  const engine = playedEngine();
  await engine.start();
  await engine.start();
  await engine.begin();
  await engine.start();
  expect(engine.calls).toEqual(['try.start']);
});
