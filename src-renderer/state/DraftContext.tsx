import { createContext, use, useMemo, useState, type ReactNode } from 'react';
import type { Audience, Priority, PrivacyClass } from '#shared/domain/tasks/task.ts';
import type { QualityLevel } from '#shared/domain/money/prices.ts';
import type { TaskType } from '#shared/domain/tasks/taskType.ts';

/** What somebody is writing on the Submit page, as the fields hold it. */
export interface Draft {
  /** Null until chosen: the page then takes the first type that is served. */
  readonly type: TaskType | null;
  readonly prompt: string;
  readonly file: { readonly name: string; readonly text: string } | null;
  readonly language: string;
  readonly quality: QualityLevel;
  /** A model digest, or '' for any. */
  readonly model: string;
  /** Text of the field; '' for the type's own length. */
  readonly maxTokens: string;
  /** Null until chosen: then the owner's default. */
  readonly privacy: PrivacyClass | null;
  readonly priority: Priority | null;
  readonly audience: Audience;
  /** Credits as typed; '' for no limit. */
  readonly budget: string;
  /** Seconds as typed; '' for the type's own deadline. */
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
  /** The task whose answer stands beside the composer. */
  readonly shownTask: string | null;
  readonly show: (taskId: string | null) => void;
}

const DraftContext = createContext<DraftState | null>(null);

/** Keeps what is being written while other pages are looked at. It lives as long as the window and is stored nowhere. */
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

/** The draft and how to change it. */
export function useDraft(): DraftState {
  const state = use(DraftContext);
  if (state === null) throw new TypeError('useDraft is used outside of DraftProvider.');
  return state;
}
