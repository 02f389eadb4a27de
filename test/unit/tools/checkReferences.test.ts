import { describe, expect, test } from 'vitest';
import { checkCitations, checkLinks, checkMentions } from '#tools/lint/checkReferences.mjs';

const repository: Readonly<Record<string, string>> = {
  'package.json': '{ "imports": { "#shared/*": "./src-shared/*" } }',
  'README.md': '# Project\n\n## Start here\n',
  'ARCHITECTURE.md': '## Decisions\n\n1. **One.**\n2. **Two.**\n',
  'docs/rules.md': '# Rules\n\n## 4 Tasks\n\n### 4.1 Lives\n\n### 4.11 Leases\n',
  'docs/trust.md': '# Trust\n\n## 0 Summary\n',
  'docs/requirements.md': '| Section | State |\n| --- | --- |\n| 001 §5.2.1, 001 §6.1 | built; see 001 §7 |\n',
  'src-shared/domain/README.md': '# domain\n',
  'src-shared/domain/task.ts': 'export const TaskStatus = 1;\n',
};

/** Runs a check over the made repository with one more file. */
function problemsOf(check: typeof checkCitations, file: string, text: string): string[] {
  const all: Readonly<Record<string, string>> = { ...repository, [file]: text };
  return check(Object.keys(all), (name: string) => all[name]);
}

describe('citations', () => {
  test.each([
    '// (rules 4.1)',
    '// Rules 4.11 says so (trust 0).',
    '// (rules 4, 4.11)',
    '// (paper 001 §5.2.1)',
    '// (paper 001 §6.1)',
    '// (decision 2)',
    '// decisions 1 and 2',
    "const price = '0.001';",
  ])('accepts %s', (line) => expect(problemsOf(checkCitations, 'src-node/a.ts', `${line}\n`)).toEqual([]));

  test.each([
    ['// (rules 4.2)', 'rules 4.2'],
    ['// (rules 4.1, 9)', 'rules 9'],
    ['// (trust 4.1)', 'trust 4.1'],
    ['// (paper 001 §5.2)', 'paper 001 §5.2'],
    ['// (paper 002 §5.2.1)', 'paper 002 §5.2.1'],
    ['// (decisions 2 and 3)', 'decision 3'],
  ])('refuses %s, which does not exist', (line, cited) => {
    expect(problemsOf(checkCitations, 'src-node/a.ts', `\n${line}\n`)).toEqual([
      `src-node/a.ts:2: cites "${cited}", which does not exist`,
    ]);
  });

  test.each([
    '// (RULES 4)',
    '// TRUST §4.1',
    '// DESIGN.md says so.',
    '// (STYLE 20)',
    '// (PERFORMANCE)',
    '// (INTERFACE, State in words)',
    '// HOUSE.md',
    '// ARCHITECTURE 9',
    '// (001 5.2.1)',
    '// see 001 §5.2.1',
  ])('refuses the old form %s', (line) => {
    expect(problemsOf(checkCitations, 'src-node/a.ts', `${line}\n`)).toHaveLength(1);
  });

  test('lets the table of requirements name sections alone', () => {
    const text = repository['docs/requirements.md'] ?? '';
    expect(problemsOf(checkCitations, 'docs/requirements.md', text)).toEqual([]);
  });
});

describe('links', () => {
  test.each([
    '[a](rules.md)',
    '[a](../README.md#start-here)',
    '[a](#here)',
    '[a](../src-shared/domain)',
    '[a](https://example.org/x)',
    '`[a](gone.md)`',
    '```\n[a](gone.md)\n```',
  ])('accepts %s', (text) => expect(problemsOf(checkLinks, 'docs/page.md', `# Here\n\n${text}\n`)).toEqual([]));

  test.each(['[a](gone.md)', '[a](rules.md#gone)', '![a](gone.png)', '[a](#gone)', '[a](../README.md#start)'])(
    'refuses %s',
    (text) => expect(problemsOf(checkLinks, 'docs/page.md', `# Here\n\n${text}\n`)).toHaveLength(1),
  );
});

describe('names in back ticks', () => {
  test.each([
    '`TaskStatus`',
    '`task.ts`',
    '`domain/task.ts`',
    '`src-shared/domain`',
    '`#shared/domain`',
    '`#shared/{domain,domain/task.ts}`',
    '`npm test`',
    '`task:submit`',
    '`/proc/meminfo`',
    '`HOME/models/<sha256>.gguf`',
    '`a/b`',
  ])('accepts %s', (text) => expect(problemsOf(checkMentions, 'src-shared/README.md', `${text}\n`)).toEqual([]));

  test.each([
    '`TaskState`',
    '`moveTask`',
    '`other.ts`',
    '`other/task.ts`',
    '`src-shared/gone`',
    '`#shared/gone`',
    '`#shared/{domain,gone}`',
  ])('refuses %s', (text) => {
    expect(problemsOf(checkMentions, 'src-shared/README.md', `\n${text}\n`)).toEqual([
      expect.stringMatching(/^src-shared\/README\.md:2: .* exists nowhere$/),
    ]);
  });
});
