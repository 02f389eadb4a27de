// npm test: every check and test, one step after another, and at the end what passed, what failed and what was not run.
// `--long` uses large counts and a random seed, which it prints (OPEN_SWARM_SEED=… repeats it);
// `--only types,tests` runs only those steps and lists the others as not run.
import { randomInt } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { ensureBrowser } from './test/ensureBrowser.mjs';
import { runStep } from './test/runStep.mjs';
import { notRunHere, testSteps } from './test/steps.mjs';
import { summarise } from './test/summarise.mjs';

const root = path.resolve(import.meta.dirname, '..');
const reports = path.join(root, 'out', 'test');
const isLong = process.argv.includes('--long');
/** The seed of all random inputs in the tests; without it every run draws the same ones (test/helpers/seedOfRun.ts). */
const seed = process.env.OPEN_SWARM_SEED ?? (isLong ? String(randomInt(2 ** 31)) : undefined);
const only = process.argv.find((_arg, index) => process.argv[index - 1] === '--only')?.split(',');

function testEnvironment(browser) {
  return {
    ...process.env,
    PATH: `${path.join(root, 'node_modules', '.bin')}${path.delimiter}${process.env.PATH ?? ''}`,
    ...(browser === undefined ? {} : { CHROMIUM_PATH: browser }),
    ...(isLong ? { OPEN_SWARM_LONG: '1' } : {}),
    ...(seed === undefined ? {} : { OPEN_SWARM_SEED: seed }),
  };
}

async function main() {
  rmSync(reports, { recursive: true, force: true });
  mkdirSync(reports, { recursive: true });
  const browser = ensureBrowser();
  const results = browser === undefined ? [noBrowser] : [];
  const steps = testSteps(root, reports);
  const wanted = steps.filter(({ name }) => only?.includes(name) ?? true);
  for (const step of wanted) {
    console.log(`\n── ${step.name}`);
    results.push(await runStep(step, { root, env: testEnvironment(browser) }));
  }
  const leftOut = steps
    .filter((step) => !wanted.includes(step))
    .map(({ name }) => ({ name, why: 'left out by --only' }));
  const { text, failed } = summarise(results, [...leftOut, ...notRunHere(root)]);
  console.log(text);
  if (seed !== undefined) console.log(`OPEN_SWARM_SEED=${seed}`);
  return failed === 0 ? 0 : 1;
}

const noBrowser = { name: 'a Chromium to test with', ms: 0, passed: 0, failed: 1, notRun: [] };

process.exitCode = await main();
