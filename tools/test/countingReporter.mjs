// A Vitest reporter that writes what npm test adds up: how many passed and failed, and what was not run and why.
import { writeFileSync } from 'node:fs';

export default class CountingReporter {
  onTestRunEnd(modules, unhandledErrors) {
    const count = { passed: 0, failed: unhandledErrors.length, notRun: [] };
    for (const module of modules) {
      const tests = [...module.children.allTests()];
      // A file that cannot be loaded has no tests that could fail.
      if (module.state() === 'failed' && tests.every((test) => test.result().state !== 'failed')) count.failed += 1;
      for (const test of tests) addTest(count, module, test);
    }
    writeFileSync(process.env.OPEN_SWARM_TEST_REPORT ?? 'vitest-count.json', JSON.stringify(count));
  }
}

function addTest(count, module, test) {
  const { state, note } = test.result();
  if (state === 'passed') count.passed += 1;
  else if (state === 'failed') count.failed += 1;
  else
    count.notRun.push({
      name: `${module.relativeModuleId}: ${test.fullName}`,
      why: note ?? 'its condition is not met',
    });
}
