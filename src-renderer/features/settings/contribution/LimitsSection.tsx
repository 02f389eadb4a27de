import { Switch } from '#renderer/components/controls/Switch.tsx';
import { NumberSetting } from '#renderer/features/settings/contribution/NumberSetting.tsx';
import { ShareSetting } from '#renderer/features/settings/contribution/ShareSetting.tsx';
import { SettingRow } from '#renderer/features/settings/SettingRow.tsx';
import { SettingSection } from '#renderer/features/settings/SettingSection.tsx';
import { useLink } from '#renderer/state/engine/EngineContext.tsx';
import { useSetting } from '#renderer/state/useSetting.ts';

const gigabyte = 1e9;

/** Limits for running models, own tasks included. */
export function LimitsSection() {
  const offline = useLink() !== 'open';
  const processor = useSetting('contribution.cpuShare');
  const graphics = useSetting('contribution.gpuShare');
  const memory = useSetting('contribution.memoryLimit');
  const threads = useSetting('contribution.threads');
  const awake = useSetting('contribution.keepAwake');
  return (
    <SettingSection title="Limits">
      <SettingRow title="Processor" text="The largest share of all cores that running models may use.">
        <ShareSetting
          label="Share of the processor"
          value={processor.value}
          disabled={offline}
          onChange={(share) => void processor.change(() => share)}
        />
      </SettingRow>
      <SettingRow title="Graphics card" text="The largest share of time it may spend running models.">
        <ShareSetting
          label="Share of the graphics card"
          value={graphics.value}
          disabled={offline}
          onChange={(share) => void graphics.change(() => share)}
        />
      </SettingRow>
      <SettingRow title="Memory" text="For all models together. Models that do not fit are unloaded.">
        <NumberSetting
          label="Memory for models"
          unit="GB"
          value={memory.value === null ? null : Math.round(memory.value / gigabyte)}
          least={1}
          most={100_000}
          emptyMeans="half"
          disabled={offline}
          onChange={(size) => void memory.change(() => (size === null ? null : size * gigabyte))}
        />
      </SettingRow>
      <SettingRow title="Threads per model" text="Empty: as many as the processor share needs.">
        <NumberSetting
          label="Threads per model"
          unit="threads"
          value={threads.value}
          least={1}
          most={256}
          emptyMeans="automatic"
          disabled={offline}
          onChange={(count) => void threads.change(() => count)}
        />
      </SettingRow>
      <SettingRow title="Keep the computer awake" text="Prevents sleep while working for others. Never on battery.">
        <Switch
          label="Keep the computer awake"
          labelHidden
          checked={awake.value}
          disabled={offline}
          onChange={(on) => void awake.change(() => on)}
        />
      </SettingRow>
    </SettingSection>
  );
}
