import type { ModelShape } from '#shared/domain/models/model.ts';
import type { z } from 'zod';
import type { LiveRun, ReceivedTokens } from './LiveTask.ts';

/** What can happen to a run while it lasts. */
export type RunEvent =
  /** The node has the text of the task. */
  | { readonly type: 'taken' }
  | { readonly type: 'lapsed' }
  /** A lapsed run is alive after all. */
  | { readonly type: 'revived' }
  /** The node reconnected and still works on it; `shape` is the model's shape as it now describes it. */
  | { readonly type: 'node_returned'; readonly shape: z.infer<typeof ModelShape> | null }
  /** The ids of the prompt are known, and with them the head of the chain. */
  | { readonly type: 'prompt_received'; readonly promptIds: readonly number[]; readonly head: string }
  | { readonly type: 'chunk_received'; readonly received: ReceivedTokens }
  /** A chunk is on the disk, and with it everything up to `position`, its end. */
  | { readonly type: 'chunk_stored'; readonly position: ReceivedTokens }
  /** A chunk could not be stored: what is on the disk is all that was received. */
  | { readonly type: 'rewound'; readonly received: ReceivedTokens }
  /** Its end is being written. */
  | { readonly type: 'sealed' }
  /** The end could not be written and is retried later. */
  | { readonly type: 'unsealed' };

/** The run after an event. Pure. */
export function nextRun(run: LiveRun, event: RunEvent): LiveRun {
  switch (event.type) {
    case 'taken':
      return run.taken ? run : { ...run, taken: true };
    case 'lapsed':
      return { ...run, lapsed: true };
    case 'revived':
      return { ...run, lapsed: false };
    case 'node_returned':
      return { ...run, recovered: false, shape: event.shape ?? run.shape };
    case 'prompt_received':
      return {
        ...run,
        promptIds: event.promptIds,
        received: { ...run.received, head: run.received.head ?? event.head },
      };
    case 'chunk_received':
      return { ...run, received: event.received };
    case 'chunk_stored':
      return afterStored(run, event.position);
    case 'rewound':
      // Read before the node sent again what is stored by now: there is nothing to forget any more.
      if (event.received.count < run.stored) return run;
      return { ...run, received: event.received, stored: event.received.count };
    case 'sealed':
      return { ...run, sealed: true };
    case 'unsealed':
      return { ...run, sealed: false };
  }
}

/** Stored chunks count as received, even if a late rewind of an earlier chunk lowered the position in the meantime. */
function afterStored(run: LiveRun, position: ReceivedTokens): LiveRun {
  if (position.count <= run.stored) return run;
  const received = position.count > run.received.count ? position : run.received;
  return { ...run, received, stored: position.count };
}
