import { parentPort } from 'node:worker_threads';
import type { CodePiece } from './CodeParser.ts';
import { codeParses } from './codeParses.ts';
import type { FromParser } from './ThreadParser.ts';

/** The thread of a `ThreadParser`: looks at one request after the other, and may be ended in the middle of any. */
const tell = (message: FromParser): void => parentPort?.postMessage(message);

parentPort?.on('message', (pieces: readonly CodePiece[]) => tell({ kind: 'verdict', parses: codeParses(pieces) }));
tell({ kind: 'ready' });
