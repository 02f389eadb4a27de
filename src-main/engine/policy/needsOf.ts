import type { ContributionSettings, SenseName } from '#shared/api/contributionSettings.ts';

/** The senses that the settings need; the others are not looked at. */
export function needsOf(settings: ContributionSettings): ReadonlySet<SenseName> {
  const needed: Readonly<Record<SenseName, boolean>> = {
    user: settings['contribution.onlyWhenIdle'],
    battery: settings['contribution.pauseOnBattery'] || settings['contribution.keepAwake'],
    programs: settings['contribution.exclusivePrograms'].length > 0,
    processor: settings['contribution.yieldToPrograms'],
    temperature: settings['contribution.maxTemperature'] !== null,
    network: !settings['contribution.onMetered'],
  };
  const names = Object.keys(needed) as SenseName[];
  return new Set(settings['contribution.on'] ? names.filter((name) => needed[name]) : []);
}
