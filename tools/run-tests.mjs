// npm test: every check and test, one step after another, and at the end what passed, what failed and what was not run.
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { ensureBrowser } from './test/ensureBrowser.mjs';
import { runStep } from './test/runStep.mjs';
import { notRunHere, testSteps } from './test/steps.mjs';
import { summarise } from './test/summarise.mjs';

const root = path.resolve(import.meta.dirname, '..');
const reports = path.join(root, 'out', 'test');
const isLong = process.argv.includes('--long');

function testEnvironment(browser) {
  return {
    ...process.env,
    PATH: `${path.join(root, 'node_modules', '.bin')}${path.delimiter}${process.env.PATH ?? ''}`,
    ...(browser === undefined ? {} : { CHROMIUM_PATH: browser }),
    ...(isLong ? { OPEN_SWARM_LONG: '1' } : {}),
  };
}

async function main() {
  rmSync(reports, { recursive: true, force: true });
  mkdirSync(reports, { recursive: true });
  const browser = ensureBrowser();
  const results = browser === undefined ? [noBrowser] : [];
  for (const step of testSteps(root, reports)) {
    console.log(`\n── ${step.name}`);
    results.push(await runStep(step, { root, env: testEnvironment(browser) }));
  }
  const { text, failed } = summarise(results, notRunHere(root));
  console.log(text);
  return failed === 0 ? 0 : 1;
}

const noBrowser = { name: 'a Chromium to test with', ms: 0, passed: 0, failed: 1, notRun: [] };

process.exitCode = await main();
