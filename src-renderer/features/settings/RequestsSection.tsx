import { Select, type SelectOption } from '#renderer/components/controls/Select.tsx';
import { SettingRow } from '#renderer/features/settings/SettingRow.tsx';
import { SettingSection } from '#renderer/features/settings/SettingSection.tsx';
import { useSlice } from '#renderer/state/engine/EngineContext.tsx';
import { useAction } from '#renderer/state/engine/useAction.ts';
import type { Priority, PrivacyClass } from '#shared/domain/tasks/task.ts';

const privacies: readonly SelectOption<PrivacyClass>[] = [
  { value: 'public', label: 'Public' },
  { value: 'internal', label: 'Internal' },
  { value: 'confidential', label: 'Confidential' },
  { value: 'restricted', label: 'Restricted' },
];
const priorities: readonly SelectOption<Priority>[] = [
  { value: 'low', label: 'Low' },
  { value: 'medium', label: 'Medium' },
  { value: 'high', label: 'High' },
  { value: 'critical', label: 'Critical' },
];
const meanings: Readonly<Record<PrivacyClass, string>> = {
  public: 'Any node may run them and show their text.',
  internal: 'Any node may run them. That computer can read the text, but does not show it.',
  confidential: 'Only your team’s nodes may run them; for now that means your own.',
  restricted: 'Only your own nodes may run them.',
};

/** What new tasks begin with; each task can differ. */
export function RequestsSection() {
  const settings = useSlice('settings');
  const save = useAction('settings.set');
  const privacy = settings['requests.defaultPrivacy'];
  return (
    <SettingSection title="Your tasks">
      <SettingRow title="Privacy of new tasks" text={meanings[privacy]}>
        <Select
          label="Privacy of new tasks"
          className="w-40"
          value={privacy}
          options={privacies}
          onChange={(value) => void save.run({ 'requests.defaultPrivacy': value })}
        />
      </SettingRow>
      <SettingRow title="Priority of new tasks" text="Decides which waiting task goes first.">
        <Select
          label="Priority of new tasks"
          className="w-40"
          value={settings['requests.defaultPriority']}
          options={priorities}
          onChange={(value) => void save.run({ 'requests.defaultPriority': value })}
        />
      </SettingRow>
    </SettingSection>
  );
}
