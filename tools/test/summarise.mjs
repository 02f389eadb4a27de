/**
 * The end of npm test: a line per step, what failed, what was not run here and why, and the counts.
 * @typedef {{ name: string, why: string }} Named
 * @param {readonly { name: string, ms: number, passed: number, failed: number, failures?: readonly Named[], notRun: readonly Named[] }[]} results
 * @param {readonly Named[]} notRunHere
 * @returns {{ text: string, passed: number, failed: number }}
 */
export function summarise(results, notRunHere) {
  const passed = sum(results.map((result) => result.passed));
  const failed = sum(results.map((result) => result.failed));
  const lines = [
    '',
    ...results.map(describeStep),
    '',
    ...paragraph(
      'Failed',
      results.flatMap((result) => result.failures ?? []),
    ),
    ...paragraph('Not run here', [...results.flatMap((result) => result.notRun), ...notRunHere]),
    `${passed} passed, ${failed} failed`,
  ];
  return { text: lines.join('\n'), passed, failed };
}

function describeStep({ name, ms, passed, failed }) {
  const mark = failed === 0 ? 'ok    ' : 'FAILED';
  const tests = passed + failed > 1 ? `  ${passed} passed${failed > 0 ? `, ${failed} failed` : ''}` : '';
  return `${mark}  ${name.padEnd(12)} ${(ms / 1000).toFixed(1).padStart(6)} s${tests}`;
}

function paragraph(heading, named) {
  return named.length === 0 ? [] : [...named.map(({ name, why }) => `${heading}: ${name}: ${why}`), ''];
}

function sum(numbers) {
  return numbers.reduce((total, number) => total + number, 0);
}
