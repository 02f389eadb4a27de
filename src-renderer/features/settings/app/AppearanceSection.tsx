import { Segments } from '#renderer/components/controls/Segments.tsx';
import { SettingRow } from '#renderer/features/settings/SettingRow.tsx';
import { SettingSection } from '#renderer/features/settings/SettingSection.tsx';
import { chooseTheme, useThemeChoice, type ThemeChoice } from '#renderer/state/shell/theme.ts';

const themes: readonly { value: ThemeChoice; label: string }[] = [
  { value: 'system', label: 'As the system' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
];

/** How this window looks; kept in this browser. */
export function AppearanceSection() {
  return (
    <SettingSection title="Appearance">
      <SettingRow title="Theme" text="Movement follows the system’s own setting for reduced motion.">
        <Segments label="Theme" value={useThemeChoice()} segments={themes} onChange={chooseTheme} />
      </SettingRow>
    </SettingSection>
  );
}
