import { describe, expect, it } from 'vitest';
import { readDraft, readTextFile } from '#renderer/features/submit/draftSubmission.ts';
import { emptyDraft } from '#renderer/state/DraftContext.tsx';
import { Submission } from '#shared/domain/tasks/task.ts';

const defaults = { type: 'code_completion', privacy: 'internal', priority: 'medium' } as const;
const draft = { ...emptyDraft, prompt: 'function add(a, b) {' };

describe('the draft', () => {
  it('becomes a valid submission with the owner’s defaults', () => {
    const reading = readDraft(draft, { ...defaults, privacy: 'restricted' });
    if (reading.kind !== 'ready') throw new Error(reading.kind);
    const submission = Submission.parse(reading.submission);
    expect(submission).toMatchObject({
      type: 'code_completion',
      messages: [{ role: 'user', content: 'function add(a, b) {' }],
      maxTokens: 64,
      deadlineMs: 20_000,
      privacy: 'restricted',
    });
    expect(submission.maxCredits).toBeUndefined();
    expect(submission.model).toBeUndefined();
  });

  it('puts the attached file before the prompt, as context', () => {
    const reading = readDraft({ ...draft, file: { name: 'a.ts', text: 'const a = 1;' } }, defaults);
    expect(reading).toMatchObject({ kind: 'ready', submission: { context: 'const a = 1;' } });
  });

  it('names the invalid field', () => {
    expect(readDraft(emptyDraft, defaults)).toEqual({ kind: 'empty' });
    for (const [part, field] of [
      [{ maxTokens: '0' }, 'maxTokens'],
      [{ maxTokens: '1e3' }, 'maxTokens'],
      [{ maxTokens: '5000' }, 'maxTokens'],
      [{ deadline: '0.5' }, 'deadline'],
      [{ deadline: '100000' }, 'deadline'],
      [{ budget: '0' }, 'budget'],
      [{ budget: '-1' }, 'budget'],
      [{ budget: '0.1234567' }, 'budget'],
      [{ prompt: 'ä'.repeat(131_073) }, 'prompt'],
    ] as const) {
      expect(readDraft({ ...draft, ...part }, defaults)).toMatchObject({ kind: 'wrong', field });
    }
  });

  it('accepts a budget in the wire format', () => {
    const reading = readDraft({ ...draft, budget: ' 007.5 ' }, defaults);
    expect(reading).toMatchObject({ kind: 'ready', submission: { maxCredits: '7.5' } });
  });

  it('attaches text files, and rejects others and too large ones', async () => {
    await expect(readTextFile(new Blob(['const a = 1;']), 'a.ts')).resolves.toEqual({
      name: 'a.ts',
      text: 'const a = 1;',
    });
    await expect(readTextFile(new Blob([new Uint8Array([0xff, 0xfe, 0x00])]), 'a.bin')).rejects.toThrow('not a text');
    await expect(readTextFile(new Blob(['a\0b']), 'a.bin')).rejects.toThrow('not a text');
    await expect(readTextFile(new Blob(['x'.repeat(262_145)]), 'big.txt')).rejects.toMatchObject({
      code: 'prompt_too_long',
    });
  });
});
