import { Switch } from '#renderer/components/Switch.tsx';
import { NumberSetting } from '#renderer/features/settings/contribution/NumberSetting.tsx';
import { ShareSetting } from '#renderer/features/settings/contribution/ShareSetting.tsx';
import { SettingRow } from '#renderer/features/settings/SettingRow.tsx';
import { SettingSection } from '#renderer/features/settings/SettingSection.tsx';
import { useLink, useSlice } from '#renderer/state/EngineContext.tsx';
import { useAction } from '#renderer/state/useAction.ts';

const gigabyte = 1e9;

/** How much of the computer running models may take, own tasks included. */
export function LimitsSection() {
  const settings = useSlice('settings');
  const offline = useLink() !== 'open';
  const save = useAction('settings.set');
  const memory = settings['contribution.memoryLimit'];
  return (
    <SettingSection title="How much">
      <SettingRow title="Processor" text="The most that running models use of all cores together.">
        <ShareSetting
          label="Share of the processor"
          value={settings['contribution.cpuShare']}
          disabled={offline}
          onChange={(share) => void save.run({ 'contribution.cpuShare': share })}
        />
      </SettingRow>
      <SettingRow title="Graphics card" text="The most of the time that it is busy with running models.">
        <ShareSetting
          label="Share of the graphics card"
          value={settings['contribution.gpuShare']}
          disabled={offline}
          onChange={(share) => void save.run({ 'contribution.gpuShare': share })}
        />
      </SettingRow>
      <SettingRow title="Memory" text="For all models together; what does not fit is unloaded.">
        <NumberSetting
          label="Memory for models"
          unit="GB"
          value={memory === null ? null : Math.round(memory / gigabyte)}
          least={1}
          most={100_000}
          emptyMeans="half of it"
          disabled={offline}
          onChange={(size) => void save.run({ 'contribution.memoryLimit': size === null ? null : size * gigabyte })}
        />
      </SettingRow>
      <SettingRow title="Threads of one model" text="Left empty, as many as the share needs.">
        <NumberSetting
          label="Threads of one model"
          unit="threads"
          value={settings['contribution.threads']}
          least={1}
          most={256}
          emptyMeans="as needed"
          disabled={offline}
          onChange={(threads) => void save.run({ 'contribution.threads': threads })}
        />
      </SettingRow>
      <SettingRow
        title="Keep the computer awake"
        text="Does not let it sleep while it works for others; never on battery."
      >
        <Switch
          label="Keep the computer awake"
          labelHidden
          checked={settings['contribution.keepAwake']}
          disabled={offline}
          onChange={(on) => void save.run({ 'contribution.keepAwake': on })}
        />
      </SettingRow>
    </SettingSection>
  );
}
