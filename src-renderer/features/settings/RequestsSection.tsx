import { Select } from '#renderer/components/controls/Select.tsx';
import { priorityOptions, privacyOptions } from '#renderer/format/taskChoices.ts';
import { SettingRow } from '#renderer/features/settings/SettingRow.tsx';
import { SettingSection } from '#renderer/features/settings/SettingSection.tsx';
import { useSlice } from '#renderer/state/engine/EngineContext.tsx';
import { useAction } from '#renderer/state/engine/useAction.ts';

/** Defaults for new tasks; each task can override them. */
export function RequestsSection() {
  const settings = useSlice('settings');
  const save = useAction('settings.set');
  const privacy = settings['requests.defaultPrivacy'];
  return (
    <SettingSection title="Your tasks">
      <SettingRow title="Privacy of new tasks" text={privacyOptions.find(({ value }) => value === privacy)?.hint}>
        <Select
          label="Privacy of new tasks"
          className="w-40"
          value={privacy}
          options={privacyOptions}
          onChange={(value) => void save.run({ 'requests.defaultPrivacy': value })}
        />
      </SettingRow>
      <SettingRow title="Priority of new tasks" text="Decides which waiting task goes first.">
        <Select
          label="Priority of new tasks"
          className="w-40"
          value={settings['requests.defaultPriority']}
          options={priorityOptions}
          onChange={(value) => void save.run({ 'requests.defaultPriority': value })}
        />
      </SettingRow>
    </SettingSection>
  );
}
