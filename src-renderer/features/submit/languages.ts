import type { SelectOption } from '#renderer/components/controls/Select.tsx';
import { languageNames } from '#renderer/format/languages.ts';

/** Radix's select keeps '' for "nothing chosen", so "any" needs a word. */
export const anyLanguage = 'any';

export const languageOptions: readonly SelectOption<string>[] = [
  { value: anyLanguage, label: 'Any language' },
  ...Object.entries(languageNames).map(([value, label]) => ({ value, label })),
];
