import { expect, test } from 'vitest';
import { readModelSource } from '#renderer/features/models/adding/modelSource.ts';

test.each(['https://hub.example/m.gguf', 'hf:owner/repo/m.gguf@main', 'HTTP://10.0.0.1/m.gguf'])(
  '%s is an address',
  (text) => {
    expect(readModelSource(` ${text} `)).toEqual({ kind: 'address', source: text });
  },
);

test.each([
  ['/models/m.gguf', '/models/m.gguf'],
  ['C:\\models\\M.GGUF', 'C:\\models\\M.GGUF'],
  ['\\\\server\\m.gguf', '\\\\server\\m.gguf'],
  ['file:///home/me/a%20b.gguf', '/home/me/a b.gguf'],
  ['file:///C:/models/m.gguf', 'C:/models/m.gguf'],
])('%s is a file', (text, path) => {
  expect(readModelSource(text)).toEqual({ kind: 'file', path });
});

test.each(['', '  ', 'm.gguf', '/models/m.bin', 'ftp://x/m.gguf', 'file:///%zz'])(
  '"%s" is refused with a reason',
  (text) => {
    expect(readModelSource(text)).toMatchObject({ kind: 'wrong', problem: expect.stringMatching(/\w/) as string });
  },
);
