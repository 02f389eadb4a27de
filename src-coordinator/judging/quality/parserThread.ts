import { parentPort } from 'node:worker_threads';
import type { CodeSnippet } from './CodeParser.ts';
import { codeParses } from './codeParses.ts';
import type { FromParser } from './ThreadParser.ts';

/** Entry point of the thread behind `ThreadParser`. It serves one request at a time and may be terminated during any. */
const send = (message: FromParser): void => parentPort?.postMessage(message);

parentPort?.on('message', (snippets: readonly CodeSnippet[]) =>
  send({ kind: 'verdict', parses: codeParses(snippets) }),
);
send({ kind: 'ready' });
