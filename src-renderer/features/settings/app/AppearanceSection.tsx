import { Segments, type Segment } from '#renderer/components/controls/Segments.tsx';
import { SettingRow } from '#renderer/features/settings/SettingRow.tsx';
import { SettingSection } from '#renderer/features/settings/SettingSection.tsx';
import { chooseTheme, useThemeChoice, type ThemeChoice } from '#renderer/state/shell/theme.ts';

const themes: readonly Segment<ThemeChoice>[] = [
  { value: 'system', label: 'System' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
];

/** The theme, stored in this browser. */
export function AppearanceSection() {
  return (
    <SettingSection title="Appearance">
      <SettingRow title="Theme" text="Animations follow the system’s reduced-motion setting.">
        <Segments label="Theme" value={useThemeChoice()} segments={themes} onChange={chooseTheme} />
      </SettingRow>
    </SettingSection>
  );
}
