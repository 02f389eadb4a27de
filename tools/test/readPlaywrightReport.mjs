import { stripVTControlCharacters } from 'node:util';

/** Summarises Playwright's JSON report: passed, failed with names, and what was not run and why. */
export function readPlaywrightReport(report) {
  const tests = report.suites.flatMap(specsOf).flatMap((spec) => spec.tests.map((test) => ({ spec, test })));
  const failed = tests.filter(({ test }) => test.status === 'unexpected');
  return {
    passed: tests.filter(({ test }) => test.status === 'expected').length,
    failed: failed.length + report.errors.length,
    failures: [
      ...failed.map(named),
      ...report.errors.map((error) => ({ name: 'outside of the tests', why: firstLine(error) })),
    ],
    notRun: tests
      .filter(({ test }) => test.status === 'skipped')
      .map(({ spec, test }) => ({ name: `${spec.file}: ${spec.title}`, why: whySkipped(test) })),
  };
}

function named({ spec, test }) {
  return { name: `${spec.file}: ${spec.title}`, why: whyFailed(test) };
}

function specsOf(suite) {
  return [...(suite.specs ?? []), ...(suite.suites ?? []).flatMap(specsOf)];
}

function whyFailed(test) {
  return firstLine(test.results?.find(({ error }) => error !== undefined)?.error);
}

function firstLine(error) {
  return stripVTControlCharacters(error?.message ?? 'no message').split('\n')[0];
}

function whySkipped(test) {
  return test.annotations.find(({ type }) => type === 'skip')?.description ?? 'its condition is not met';
}
