import { Pulse } from '#renderer/components/marks/Pulse.tsx';
import { Switch } from '#renderer/components/controls/Switch.tsx';
import { LimitsSection } from '#renderer/features/settings/contribution/LimitsSection.tsx';
import { RulesSection } from './RulesSection.tsx';
import { MaintenanceSetting } from '#renderer/features/settings/contribution/MaintenanceSetting.tsx';
import { ScheduleSetting } from '#renderer/features/settings/contribution/ScheduleSetting.tsx';
import { SettingRow } from '#renderer/features/settings/SettingRow.tsx';
import { SettingSection } from '#renderer/features/settings/SettingSection.tsx';
import { engineWords } from '#renderer/format/engineWords.ts';
import { PauseButton } from '#renderer/connected/PauseButton.tsx';
import { stateTone } from '#renderer/connected/stateTone.ts';
import { useLink, useSlice } from '#renderer/state/engine/EngineContext.tsx';
import { useAction } from '#renderer/state/engine/useAction.ts';

/** Settings of contributing: schedule, rules and limits. */
export function ContributionPage() {
  return (
    <>
      <NowSection />
      <SettingSection title="When">
        <ScheduleSetting />
        <MaintenanceSetting />
      </SettingSection>
      <RulesSection />
      <LimitsSection />
    </>
  );
}

function NowSection() {
  const contribution = useSlice('contribution');
  const offline = useLink() !== 'open';
  const contribute = useAction('contribution.set');
  return (
    <SettingSection title="Now">
      <SettingRow
        title="Contribute"
        text="Run tasks for others when this computer has capacity, and earn credits. Your own tasks always run."
      >
        <Switch
          label="Contribute"
          labelHidden
          checked={contribution.on}
          disabled={contribute.busy || offline}
          onChange={(on) => void contribute.run({ on })}
        />
      </SettingRow>
      <SettingRow
        title={
          <span className="flex items-center gap-2">
            <Pulse tone={offline ? 'danger' : stateTone(contribution)} />
            <output>{offline ? engineWords.title : contribution.reason.title}</output>
          </span>
        }
        text={offline ? engineWords.stale : contribution.reason.text}
      >
        <PauseButton word="Snooze" align="end" />
      </SettingRow>
    </SettingSection>
  );
}
