import type { SelectOption } from '#renderer/components/Select.tsx';

/** Radix's select keeps '' for "nothing chosen", so "any" needs a word. */
export const anyLanguage = 'any';

export const languageOptions: readonly SelectOption<string>[] = [
  { value: anyLanguage, label: 'Any language' },
  { value: 'javascript', label: 'JavaScript' },
  { value: 'typescript', label: 'TypeScript' },
  { value: 'python', label: 'Python' },
  { value: 'rust', label: 'Rust' },
  { value: 'go', label: 'Go' },
  { value: 'java', label: 'Java' },
  { value: 'c', label: 'C' },
  { value: 'cpp', label: 'C++' },
  { value: 'sql', label: 'SQL' },
  { value: 'bash', label: 'Shell' },
  { value: 'html', label: 'HTML' },
  { value: 'css', label: 'CSS' },
];
