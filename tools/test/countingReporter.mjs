// A Vitest reporter that writes what npm test adds up: how many passed and failed, which ones failed, and what was not
// run and why.
import { writeFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';

export default class CountingReporter {
  onTestRunEnd(modules, unhandledErrors) {
    const failures = unhandledErrors.map((error) => ({ name: 'outside of the tests', why: firstLine([error]) }));
    const count = { passed: 0, failed: unhandledErrors.length, failures, notRun: [] };
    for (const module of modules) {
      const tests = [...module.children.allTests()];
      // A file that cannot be loaded has no tests that could fail.
      if (module.state() === 'failed' && tests.every((test) => test.result().state !== 'failed')) {
        count.failed += 1;
        count.failures.push({ name: module.relativeModuleId, why: firstLine(module.errors()) });
      }
      for (const test of tests) addTest(count, module, test);
    }
    writeFileSync(process.env.OPEN_SWARM_TEST_REPORT ?? 'vitest-count.json', JSON.stringify(count));
  }
}

function addTest(count, module, test) {
  const { state, note, errors } = test.result();
  const name = `${module.relativeModuleId}: ${test.fullName}`;
  if (state === 'skipped') {
    count.notRun.push({ name, why: note ?? 'its condition is not met' });
    return;
  }
  count[state] += 1;
  if (state === 'failed') count.failures.push({ name, why: firstLine(errors) });
}

function firstLine(errors) {
  return stripVTControlCharacters(errors[0]?.message ?? 'no message').split('\n')[0];
}
