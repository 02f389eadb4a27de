/** Adds up Playwright's JSON report: passed, failed, and what was not run and why. A flaky test has failed. */
export function readPlaywrightReport(report) {
  const tests = report.suites.flatMap(specsOf).flatMap((spec) => spec.tests.map((test) => ({ spec, test })));
  return {
    passed: tests.filter(({ test }) => test.status === 'expected').length,
    failed: tests.filter(({ test }) => !['expected', 'skipped'].includes(test.status)).length + report.errors.length,
    notRun: tests
      .filter(({ test }) => test.status === 'skipped')
      .map(({ spec, test }) => ({ name: `${spec.file}: ${spec.title}`, why: whySkipped(test) })),
  };
}

function specsOf(suite) {
  return [...(suite.specs ?? []), ...(suite.suites ?? []).flatMap(specsOf)];
}

function whySkipped(test) {
  return test.annotations.find(({ type }) => type === 'skip')?.description ?? 'its condition is not met';
}
