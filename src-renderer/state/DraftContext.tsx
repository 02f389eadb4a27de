import { createContext, use, useMemo, useState, type ReactNode } from 'react';
import type { Audience, Priority, PrivacyClass } from '#shared/domain/tasks/task.ts';
import type { QualityLevel } from '#shared/domain/money/prices.ts';
import type { TaskType } from '#shared/domain/tasks/taskType.ts';

/** The unsent task on the Submit page: the contents of its fields. */
export interface Draft {
  /** Null until chosen; the page then uses the first type that is served. */
  readonly type: TaskType | null;
  readonly prompt: string;
  readonly file: { readonly name: string; readonly text: string } | null;
  readonly language: string;
  readonly quality: QualityLevel;
  /** A model digest, or '' for any. */
  readonly model: string;
  /** As typed; '' for the type's default. */
  readonly maxTokens: string;
  /** Null until chosen; the owner's default applies. */
  readonly privacy: PrivacyClass | null;
  readonly priority: Priority | null;
  readonly audience: Audience;
  /** Credits as typed; '' for no limit. */
  readonly budget: string;
  /** Seconds as typed; '' for the type's default. */
  readonly deadline: string;
}

export const emptyDraft: Draft = {
  type: null,
  prompt: '',
  file: null,
  language: '',
  quality: 'balanced',
  model: '',
  maxTokens: '',
  privacy: null,
  priority: null,
  audience: 'anyone',
  budget: '',
  deadline: '',
};

interface DraftState {
  readonly draft: Draft;
  readonly change: (part: Partial<Draft>) => void;
  /** The task whose answer is shown beside the composer. */
  readonly shownTask: string | null;
  readonly show: (taskId: string | null) => void;
}

const DraftContext = createContext<DraftState | null>(null);

/** Keeps the draft while other pages are open. In memory only. */
export function DraftProvider({ children }: { readonly children: ReactNode }) {
  const [draft, setDraft] = useState(emptyDraft);
  const [shownTask, show] = useState<string | null>(null);
  const state = useMemo(
    () => ({
      draft,
      change: (part: Partial<Draft>) => setDraft((before) => ({ ...before, ...part })),
      shownTask,
      show,
    }),
    [draft, shownTask],
  );
  return <DraftContext value={state}>{children}</DraftContext>;
}

/** The draft and its setters. */
export function useDraft(): DraftState {
  const state = use(DraftContext);
  if (state === null) throw new TypeError('useDraft must be used within DraftProvider.');
  return state;
}
