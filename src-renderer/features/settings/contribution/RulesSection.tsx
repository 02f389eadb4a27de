import type { ReactNode } from 'react';
import { Switch } from '#renderer/components/controls/Switch.tsx';
import { NumberSetting } from './NumberSetting.tsx';
import { ProgramsSetting } from './ProgramsSetting.tsx';
import { useNow } from '#renderer/components/hooks/useNow.ts';
import { SettingRow } from '#renderer/features/settings/SettingRow.tsx';
import { SettingSection } from '#renderer/features/settings/SettingSection.tsx';
import { useLink, useSlice } from '#renderer/state/engine/EngineContext.tsx';
import { useQuery } from '#renderer/state/engine/useQuery.ts';
import { useSetting } from '#renderer/state/useSetting.ts';
import type { SenseName, SenseReport } from '#shared/api/contributionSettings.ts';
import type { Settings } from '#shared/api/snapshot.ts';

type SwitchName = {
  [K in keyof Settings]: K extends `contribution.${string}` ? (Settings[K] extends boolean ? K : never) : never;
}[keyof Settings];

interface Rule {
  readonly setting: SwitchName;
  readonly title: string;
  readonly text: string;
  readonly sense: SenseName;
}

const yielding: Rule = {
  setting: 'contribution.yieldToPrograms',
  title: 'Yield to other programs',
  text: 'Slows down while they need the processor, and pauses when they need nearly all of it.',
  sense: 'processor',
};
const battery: Rule = {
  setting: 'contribution.pauseOnBattery',
  title: 'Pause on battery',
  text: 'Resumes when the computer is plugged in.',
  sense: 'battery',
};
const metered: Rule = {
  setting: 'contribution.onMetered',
  title: 'Work on metered networks',
  text: 'When off, pauses on metered connections.',
  sense: 'network',
};

interface RuleRowProps {
  readonly rule: Rule;
  /** The current sensor reading. */
  readonly sense: ReactNode;
}

function RuleRow({ rule: { setting, title, text }, sense }: RuleRowProps) {
  const { value, change } = useSetting(setting);
  const offline = useLink() !== 'open';
  return (
    <SettingRow
      title={title}
      text={
        <>
          {text} {sense}
        </>
      }
    >
      <Switch label={title} labelHidden checked={value} disabled={offline} onChange={(on) => void change(() => on)} />
    </SettingRow>
  );
}

/** Rules that pause or slow contributing, each with its current sensor reading. */
export function RulesSection() {
  const offline = useLink() !== 'open';
  const readingOf = useSenses();
  const { value: idle, change: changeIdle } = useSetting('contribution.onlyWhenIdle');
  const idleMinutes = useSetting('contribution.idleMinutes');
  const heat = useSetting('contribution.maxTemperature');
  const row = (rule: Rule) => <RuleRow rule={rule} sense={<SenseText sense={readingOf(rule.sense)} />} />;
  return (
    <SettingSection title="Staying out of your way">
      {row(yielding)}
      <SettingRow
        title="Only while the computer is idle"
        text={
          <>
            {idle
              ? 'Pauses on the first key press or mouse movement. Without a desktop session, the computer counts as idle.'
              : 'When off, also works while you use the computer, within the limits below.'}{' '}
            <SenseText sense={readingOf('user')} />
          </>
        }
      >
        {idle ? (
          <NumberSetting
            label="Idle minutes"
            unit="idle minutes"
            value={idleMinutes.value}
            least={1}
            most={240}
            disabled={offline}
            onChange={(minutes) => minutes !== null && void idleMinutes.change(() => minutes)}
          />
        ) : null}
        <Switch
          label="Only while the computer is idle"
          labelHidden
          checked={idle}
          disabled={offline}
          onChange={(on) => void changeIdle(() => on)}
        />
      </SettingRow>
      <ProgramsSetting sense={<SenseText sense={readingOf('programs')} />} />
      {row(battery)}
      {row(metered)}
      <SettingRow
        title="Pause when the processor gets hot"
        text={
          <>
            Resumes when it is 5 °C cooler. <SenseText sense={readingOf('temperature')} />
          </>
        }
      >
        <NumberSetting
          label="Maximum temperature"
          unit="°C"
          value={heat.value}
          least={40}
          most={110}
          emptyMeans="never pause"
          disabled={offline}
          onChange={(degrees) => void heat.change(() => degrees)}
        />
      </SettingRow>
    </SettingSection>
  );
}

/** Milliseconds between two readings while the page is in view. */
const refreshMs = 5000;

/** The engine's sensor readings by name. */
function useSenses(): (name: SenseName) => SenseReport | undefined {
  const settings = useSlice('settings');
  const now = useNow(refreshMs);
  const senses = useQuery('contribution.senses', {}, `${String(now)} ${JSON.stringify(settings)}`).data?.senses;
  return (name) => senses?.find((sense) => sense.name === name);
}

/** The current reading that a rule depends on, or that this machine does not report it. */
function SenseText({ sense }: { readonly sense: SenseReport | undefined }) {
  if (sense === undefined || !sense.needed) return null;
  if (sense.known) return <span className="number text-ink">Now: {sense.text}.</span>;
  return (
    <span className="text-caution-text">Unknown on this computer, so this rule never pauses work: {sense.text}</span>
  );
}
