import { Field, TextInput } from '#renderer/components/controls/Field.tsx';
import { Select, type SelectOption } from '#renderer/components/controls/Select.tsx';
import type { DraftField, DraftReading } from '#renderer/features/submit/draftSubmission.ts';
import { priorityOptions, privacyOptions } from '#renderer/format/taskChoices.ts';
import { duration } from '#renderer/format/times.ts';
import { useDraft } from '#renderer/state/DraftContext.tsx';
import { useSlice } from '#renderer/state/engine/EngineContext.tsx';
import type { Audience } from '#shared/domain/tasks/task.ts';
import { defaultDeadlineMs, taskTypes, type TaskType } from '#shared/domain/tasks/taskType.ts';

interface AdvancedFieldsProps {
  readonly type: TaskType;
  readonly reading: DraftReading;
}

/** Radix's select reserves '' for "nothing chosen", so "any model" needs a value. */
const anyModel = 'any';

const audiences: readonly SelectOption<Audience>[] = [
  { value: 'anyone', label: 'Any node' },
  { value: 'own', label: 'My own nodes', hint: 'Free; does not affect reputation' },
];

/** Advanced options. */
export function AdvancedFields({ type, reading }: AdvancedFieldsProps) {
  const { draft, change } = useDraft();
  const settings = useSlice('settings');
  const models = useSlice('models');
  const problemOf = (field: DraftField) =>
    reading.kind === 'wrong' && reading.field === field ? reading.problem : undefined;
  const modelOptions = [
    { value: anyModel, label: 'Any suitable model' },
    ...models.map(({ digest, name, types }) => ({
      value: digest,
      label: name,
      ...(types.includes(type) ? {} : { disabled: true, hint: 'Does not support this task type' }),
    })),
  ];
  return (
    <div className="mt-2 grid grid-cols-2 gap-3">
      <Labelled label="Model">
        <Select
          label="Model"
          className="w-full"
          value={draft.model === '' ? anyModel : draft.model}
          options={modelOptions}
          onChange={(model) => change({ model: model === anyModel ? '' : model })}
        />
      </Labelled>
      <Field label="Max tokens" problem={problemOf('maxTokens')}>
        {({ id, describedBy }) => (
          <TextInput
            id={id}
            aria-describedby={describedBy}
            aria-invalid={problemOf('maxTokens') !== undefined}
            inputMode="numeric"
            placeholder={String(taskTypes[type].defaultMaxTokens)}
            value={draft.maxTokens}
            onChange={(event) => change({ maxTokens: event.target.value })}
          />
        )}
      </Field>
      <Labelled label="Privacy">
        <Select
          label="Privacy"
          className="w-full"
          value={draft.privacy ?? settings['requests.defaultPrivacy']}
          options={privacyOptions}
          onChange={(privacy) => change({ privacy })}
        />
      </Labelled>
      <Labelled label="Who may run it">
        <Select
          label="Who may run it"
          className="w-full"
          value={draft.audience}
          options={audiences}
          onChange={(audience) => change({ audience })}
        />
      </Labelled>
      <Field label="Budget (credits)" problem={problemOf('budget')}>
        {({ id, describedBy }) => (
          <TextInput
            id={id}
            aria-describedby={describedBy}
            aria-invalid={problemOf('budget') !== undefined}
            inputMode="decimal"
            placeholder="No limit"
            value={draft.budget}
            onChange={(event) => change({ budget: event.target.value })}
          />
        )}
      </Field>
      <Field label="Deadline (seconds)" problem={problemOf('deadline')}>
        {({ id, describedBy }) => (
          <TextInput
            id={id}
            aria-describedby={describedBy}
            aria-invalid={problemOf('deadline') !== undefined}
            inputMode="numeric"
            placeholder={String(Math.round(defaultDeadlineMs(type) / 1000))}
            title={`Default: ${duration(defaultDeadlineMs(type))}`}
            value={draft.deadline}
            onChange={(event) => change({ deadline: event.target.value })}
          />
        )}
      </Field>
      <Labelled label="Priority">
        <Select
          label="Priority"
          className="w-full"
          value={draft.priority ?? settings['requests.defaultPriority']}
          options={priorityOptions}
          onChange={(priority) => change({ priority })}
        />
      </Labelled>
    </div>
  );
}

function Labelled({ label, children }: { readonly label: string; readonly children: React.ReactNode }) {
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <span aria-hidden className="text-xs font-medium text-quiet">
        {label}
      </span>
      {children}
    </div>
  );
}
