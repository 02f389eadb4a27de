import type { Priority, PrivacyClass } from '#shared/domain/tasks/task.ts';

interface Choice<Value extends string> {
  readonly value: Value;
  readonly label: string;
  /** Its meaning as a sentence. */
  readonly hint: string;
}

/** Privacy classes of a task, each with its meaning. */
export const privacyOptions: readonly Choice<PrivacyClass>[] = [
  { value: 'public', label: 'Public', hint: 'Any node may run it and show the text.' },
  { value: 'internal', label: 'Internal', hint: 'Any node may run it, but not show the text.' },
  { value: 'confidential', label: 'Confidential', hint: 'Only your team’s nodes; for now only your own.' },
  { value: 'restricted', label: 'Restricted', hint: 'Only your own nodes.' },
];

/** Priorities of a task, lowest first. */
export const priorityOptions: readonly Omit<Choice<Priority>, 'hint'>[] = [
  { value: 'low', label: 'Low' },
  { value: 'medium', label: 'Medium' },
  { value: 'high', label: 'High' },
  { value: 'critical', label: 'Critical' },
];
