import type { ContributionSettings, SenseName } from '#shared/api/contributionSettings.ts';

/** The settings that decide which sensors are needed. */
export type NeedfulSettings = ContributionSettings & {
  /** Downloads continue on a metered network. */
  readonly 'downloads.onMetered'?: boolean;
};

/** The sensors that the settings need; no others are read. Without contributing only downloads need one. */
export function needsOf(settings: NeedfulSettings, contributes: boolean): ReadonlySet<SenseName> {
  const forWork: Readonly<Record<SenseName, boolean>> = {
    user: settings['contribution.onlyWhenIdle'],
    battery: settings['contribution.pauseOnBattery'] || settings['contribution.keepAwake'],
    programs: settings['contribution.exclusivePrograms'].length > 0,
    processor: settings['contribution.yieldToPrograms'],
    temperature: settings['contribution.maxTemperature'] !== null,
    network: !settings['contribution.onMetered'],
  };
  const names = Object.keys(forWork) as SenseName[];
  const needed = new Set(contributes ? names.filter((name) => forWork[name]) : []);
  if (settings['downloads.onMetered'] === false) needed.add('network');
  return needed;
}
