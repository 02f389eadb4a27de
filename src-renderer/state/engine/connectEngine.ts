import { assertNever } from '#shared/util/assertNever.ts';
import type { EngineEvent, EngineEventPayload } from '#shared/api/events.ts';
import type { EngineAccess } from '#renderer/client/engineAccess.ts';
import { createEngineClient, type EngineCall } from '#renderer/client/engineClient.ts';
import type { LinkState } from '#renderer/client/EngineTransport.ts';
import { AnswerStreams } from '#renderer/state/answers/AnswerStreams.ts';
import { createEngineStore, replaceSlice, type EngineStore } from './engineStore.ts';
import { SampleHistory } from '#renderer/state/answers/SampleHistory.ts';
import { TextTails } from '#renderer/state/answers/TextTails.ts';

export type FinishedTask = EngineEventPayload<'task:finished'>;
/** New text of a local trial, or its end. */
export type TryEvent = Extract<EngineEvent, { name: 'try:frame' | 'try:ended' }>;

/** The interface's connection to the engine and its mirror. */
export interface Engine {
  readonly store: EngineStore;
  readonly call: EngineCall;
  readonly answers: AnswerStreams;
  readonly tails: TextTails;
  readonly samples: SampleHistory;
  /** Reconnects immediately. */
  readonly retry: () => void;
  readonly onTaskFinished: (listener: (task: FinishedTask) => void) => () => void;
  readonly onTry: (listener: (event: TryEvent) => void) => () => void;
  readonly close: () => void;
}

/** Composition root of the mirror: connects, and keeps store, answers and samples up to date. */
export function connectEngine(access: EngineAccess): Engine {
  const store = createEngineStore(Date.now());
  const finishedListeners = new Set<(task: FinishedTask) => void>();
  const tryListeners = new Set<(event: TryEvent) => void>();

  const onState = (link: LinkState) => {
    store.setState({ link, linkSince: Date.now() });
    if (link === 'open') void refresh();
  };
  const onEvent = (event: EngineEvent) => {
    switch (event.name) {
      case 'slice':
        return replaceSlice(store, event.payload.slice, event.payload.value);
      case 'task:frame':
        return answers.take(event.payload);
      case 'task:reset':
        return answers.reset(event.payload.taskId, event.payload.attempt);
      case 'task:tail':
        return tails.take(event.payload.taskId, event.payload.text);
      case 'task:finished':
        answers.finish(event.payload.taskId);
        for (const listener of finishedListeners) listener(event.payload);
        return undefined;
      case 'try:frame':
      case 'try:ended':
        for (const listener of tryListeners) listener(event);
        return undefined;
      case 'sample':
        return samples.take(event.payload);
      default:
        return assertNever(event);
    }
  };

  const client = createEngineClient(access, { onState, onEvent });
  const answers = new AnswerStreams((taskId) => client.call('task.follow', { taskId }));
  const tails = new TextTails();
  const samples = new SampleHistory((on) => client.call('samples.watch', { on }));

  const refresh = async () => {
    try {
      store.setState({ snapshot: await client.call('snapshot', {}) });
      answers.catchUpAll();
      samples.resubscribe();
    } catch {
      // The link closed, or the engine has another version: the next connection refreshes again.
    }
  };

  return {
    store,
    call: client.call,
    answers,
    tails,
    samples,
    retry: client.retry,
    onTaskFinished: (listener) => {
      finishedListeners.add(listener);
      return () => finishedListeners.delete(listener);
    },
    onTry: (listener) => {
      tryListeners.add(listener);
      return () => tryListeners.delete(listener);
    },
    close: client.close,
  };
}
