import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { findElectron } from '../start/ensureElectron.mjs';
import { readPlaywrightReport } from './readPlaywrightReport.mjs';

/**
 * The steps of npm test in their order. `commands` run one after another until one fails; `report` is the file that a
 * step with tests of its own leaves, and `read` adds it up; a step without counts as one test.
 */
export function testSteps(root, reports) {
  const program = (name, file) => path.join(root, 'node_modules', name, file);
  const node = process.execPath;
  const tsc = program('typescript', 'bin/tsc');
  const vitest = [program('vitest', 'vitest.mjs'), 'run', '--reporter=default'];
  const counting = `--reporter=${path.join(root, 'tools/test/countingReporter.mjs')}`;
  const vitestStep = (projects, ...more) => {
    const report = path.join(reports, `${projects[0]}.json`);
    const command = [node, [...vitest, counting, ...projects.flatMap((project) => ['--project', project]), ...more]];
    return { report, read: readJson, env: { OPEN_SWARM_TEST_REPORT: report }, commands: [command] };
  };
  const playwrightReport = path.join(reports, 'playwright.json');
  return [
    { name: 'format', commands: [[node, [program('oxfmt', 'bin/oxfmt'), '--check']]] },
    { name: 'lint', commands: [[node, [program('oxlint', 'bin/oxlint'), '--deny-warnings']]] },
    { name: 'structure', commands: [[node, ['tools/check-structure.mjs']]] },
    {
      name: 'types',
      commands: ['tsconfig.json', 'tsconfig.shared.json', 'tsconfig.node.json', 'tsconfig.renderer.json'].map(
        (file) => [node, [tsc, '-p', file]],
      ),
    },
    {
      name: 'unused code',
      // A second time without the tests: what only they use is unused.
      commands: [[], ['--production']].map((more) => [node, [program('knip', 'bin/knip.js'), ...more]]),
    },
    {
      name: 'packages',
      commands: ['tools/list-licences.mjs', 'tools/trim-lockfile.mjs'].map((file) => [node, [file, '--check']]),
    },
    {
      name: 'build',
      commands: [[node, [program('electron-vite', 'bin/electron-vite.js'), 'build', '--logLevel', 'warn']]],
    },
    { name: 'tests', ...vitestStep(['rooms', 'integration'], '--coverage') },
    { name: 'simulation', ...vitestStep(['simulation']) },
    {
      name: 'end to end',
      report: playwrightReport,
      read: (file) => readPlaywrightReport(readJson(file)),
      env: { PLAYWRIGHT_JSON_OUTPUT_FILE: playwrightReport },
      commands: [[node, [program('@playwright/test', 'cli.js'), 'test', '--reporter=list,json']]],
    },
    { name: 'packaging', commands: [[node, ['tools/package-check.mjs']]] },
  ];
}

/** What this machine cannot run at all, with the reason. */
export function notRunHere(root, env = process.env) {
  const electron = findElectron(root, env);
  return electron === undefined
    ? [{ name: 'Electron end to end (window, tray, quit)', why: "Electron's binary is not on this machine" }]
    : [];
}

function readJson(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}
