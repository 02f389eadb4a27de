import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

/** Hashes as fast as it can on one thread, and writes how many rounds a second it did. */
const program = `
const { createHash } = require('node:crypto');
const { writeFileSync, renameSync } = require('node:fs');
const [file, seconds] = process.argv.slice(1);
const block = Buffer.alloc(65536);
const end = performance.now() + seconds * 1000;
let rounds = 0;
while (performance.now() < end) { createHash('sha256').update(block).digest(); rounds += 1; }
writeFileSync(file + '.part', String(rounds / seconds));
renameSync(file + '.part', file);
`;

/** Runs a busy program of the owner: not below this process, since that would make it one of ours. Gives rounds/s. */
export async function runOwnersProgram(file: string, seconds: number): Promise<number> {
  const command = '"$0" -e "$1" "$2" "$3" &';
  spawn('sh', ['-c', command, process.execPath, program, file, String(seconds)], { detached: true, stdio: 'ignore' });
  await wait(seconds * 1000);
  while (!existsSync(file)) await wait(50);
  return Number(readFileSync(file, 'utf8'));
}
