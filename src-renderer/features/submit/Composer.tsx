import { ChevronRight, Eye, FileCode, Gauge, Paperclip, X } from 'lucide-react';
import { useId, useMemo, useRef, useState } from 'react';
import { toast } from 'sonner';
import { clsx } from 'clsx';
import { Button } from '#renderer/components/controls/Button.tsx';
import { Card } from '#renderer/components/layout/Card.tsx';
import { inputClass } from '#renderer/components/controls/Field.tsx';
import { Icon } from '#renderer/components/marks/Icon.tsx';
import { Notice } from '#renderer/components/messages/Notice.tsx';
import { Select, type SelectOption } from '#renderer/components/controls/Select.tsx';
import { useShortcuts } from '#renderer/components/focus/useShortcuts.ts';
import { AdvancedFields } from '#renderer/features/submit/AdvancedFields.tsx';
import { readDraft, readTextFile, type DraftReading } from '#renderer/features/submit/draftSubmission.ts';
import { languageNames } from '#renderer/format/languages.ts';
import { RunBar } from '#renderer/features/submit/RunBar.tsx';
import { TypePicker } from '#renderer/features/submit/TypePicker.tsx';
import { bytesText } from '#renderer/format/numbers.ts';
import { useDraft } from '#renderer/state/DraftContext.tsx';
import { useSlice } from '#renderer/state/engine/EngineContext.tsx';
import { errorWords } from '#renderer/state/engine/errorWords.ts';
import type { Snapshot } from '#shared/api/snapshot.ts';
import type { QualityLevel } from '#shared/domain/money/prices.ts';
import type { SubmissionInput } from '#shared/domain/tasks/task.ts';
import { taskTypes, type TaskType } from '#shared/domain/tasks/taskType.ts';

interface ComposerProps {
  readonly busy: boolean;
  readonly onSubmit: (submission: SubmissionInput) => void;
}

/** Radix's select reserves '' for "nothing chosen", so "any" needs a word. */
const anyLanguage = 'any';
const languageOptions: readonly SelectOption<string>[] = [
  { value: anyLanguage, label: 'Any language' },
  ...Object.entries(languageNames).map(([value, label]) => ({ value, label })),
];
const qualities: readonly SelectOption<QualityLevel>[] = [
  { value: 'fast', label: 'Fast', hint: 'One node, automated checks' },
  { value: 'balanced', label: 'Balanced', hint: 'Standard price and checks' },
  { value: 'high_quality', label: 'High quality', hint: 'Prefers highly trusted nodes' },
];

/** The form for a new task. Ctrl+Enter or ⌘+Enter runs it. */
export function Composer({ busy, onSubmit }: ComposerProps) {
  const { draft, change } = useDraft();
  const { type, served, reading } = useReadDraft();
  const [advanced, setAdvanced] = useState(false);
  const showsAdvanced = advanced || (reading.kind === 'wrong' && reading.field !== 'prompt');
  const panel = useId();

  const run = () => {
    if (reading.kind === 'ready' && !busy) onSubmit(reading.submission);
  };
  useShortcuts({ 'mod+enter': run });

  return (
    <Card aria-label="Your task" className="flex flex-col">
      <form
        className="flex flex-1 flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          run();
        }}
      >
        <TypePicker value={type} served={served} onChange={(next) => change({ type: next })} />
        <PromptField
          type={type}
          problem={reading.kind === 'wrong' && reading.field === 'prompt' ? reading.problem : null}
        />
        <div className="flex flex-wrap items-center gap-2">
          <Select
            label="Language"
            icon={FileCode}
            value={draft.language === '' ? anyLanguage : draft.language}
            options={languageOptions}
            onChange={(language) => change({ language: language === anyLanguage ? '' : language })}
          />
          <Select
            label="Quality"
            icon={Gauge}
            value={draft.quality}
            options={qualities}
            onChange={(quality) => change({ quality })}
          />
          <AttachFile />
        </div>
        <div>
          <button
            type="button"
            aria-expanded={showsAdvanced}
            aria-controls={panel}
            onClick={() => setAdvanced(!showsAdvanced)}
            className="flex h-6 items-center gap-2 rounded-sm pr-2 text-xs text-quiet hover:text-ink"
          >
            <span className={clsx('transition-transform duration-120', showsAdvanced && 'rotate-90')}>
              <Icon of={ChevronRight} size={14} />
            </span>
            Model, length, privacy, budget
          </button>
          <div id={panel}>{showsAdvanced ? <AdvancedFields type={type} reading={reading} /> : null}</div>
        </div>
        <Notice icon={Eye}>The computer that runs this can read it.</Notice>
        <RunBar reading={reading} busy={busy} />
      </form>
    </Card>
  );
}

/** The draft, validated with the owner's defaults; without a chosen type, one that is served is used. */
function useReadDraft(): { type: TaskType; served: readonly TaskType[] | null; reading: DraftReading } {
  const { draft } = useDraft();
  const settings = useSlice('settings');
  const served = useSlice('swarm').health?.servedTypes ?? null;
  const models = useSlice('models');
  const type = draft.type ?? firstServed(served, models);
  const privacy = settings['requests.defaultPrivacy'];
  const priority = settings['requests.defaultPriority'];
  const reading = useMemo(() => readDraft(draft, { type, privacy, priority }), [draft, type, privacy, priority]);
  return { type, served, reading };
}

/** A type that the swarm serves; while unknown, one that this computer could serve. */
function firstServed(served: readonly TaskType[] | null, models: Snapshot['models']): TaskType {
  const known = served === null || served.length === 0 ? models.flatMap((model) => model.types) : served;
  return known.includes('code_generation') ? 'code_generation' : (known[0] ?? 'code_generation');
}

function PromptField({ type, problem }: { readonly type: TaskType; readonly problem: string | null }) {
  const { draft, change } = useDraft();
  const code = taskTypes[type].answer === 'code';
  return (
    <div className="flex flex-1 flex-col gap-1">
      <textarea
        aria-label="Prompt"
        aria-invalid={problem !== null}
        value={draft.prompt}
        spellCheck={!code}
        placeholder={code ? 'function add(a, b) {' : placeholders[type]}
        onChange={(event) => change({ prompt: event.target.value })}
        className={clsx(inputClass, 'min-h-[172px] flex-1 resize-y py-[10px]', code ? 'mono' : 'text-base')}
      />
      {problem === null ? null : (
        <p role="alert" className="text-xs text-danger-text">
          {problem}
        </p>
      )}
    </div>
  );
}

const placeholders: Readonly<Record<TaskType, string>> = {
  code_completion: 'Code to continue',
  code_generation: 'What should the code do?',
  code_review: 'Paste the code to review, or attach a file',
  documentation: 'Paste the code to document, or attach a file',
  test_generation: 'Paste the code to test, or attach a file',
  debugging: 'Describe the problem, with the code and the error message',
  security_audit: 'Paste the code to audit, or attach a file',
  refactoring: 'Paste the code to refactor and say what to improve',
  chat: 'Ask anything about programming',
};

function AttachFile() {
  const { draft, change } = useDraft();
  const picker = useRef<HTMLInputElement>(null);
  const attach = (file: File) => {
    readTextFile(file, file.name).then(
      (read) => change({ file: read }),
      (error: unknown) => {
        const { title } = errorWords(error);
        toast.error(title);
      },
    );
  };
  return (
    <div className="ml-auto flex min-w-0 items-center gap-1">
      <input
        ref={picker}
        type="file"
        hidden
        onChange={(event) => {
          const file = event.target.files?.[0];
          event.target.value = '';
          if (file !== undefined) attach(file);
        }}
      />
      {draft.file === null ? (
        <Button
          look="ghost"
          aria-label="Attach a text file"
          title="Attach a text file"
          onClick={() => picker.current?.click()}
          icon={<Icon of={Paperclip} />}
        />
      ) : (
        <span className="flex min-w-0 items-center gap-1 rounded-control border border-line-strong py-[3px] pr-[2px] pl-2 text-xs">
          <span className="truncate" title={draft.file.name}>
            {draft.file.name}
          </span>
          <span className="number flex-none text-quiet">{bytesText(new Blob([draft.file.text]).size)}</span>
          <Button
            look="ghost"
            tight
            className="!h-6 !w-6"
            aria-label={`Remove ${draft.file.name}`}
            onClick={() => change({ file: null })}
            icon={<Icon of={X} size={14} />}
          />
        </span>
      )}
    </div>
  );
}
