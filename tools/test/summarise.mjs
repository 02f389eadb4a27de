/**
 * The end of npm test: a line per step, what was not run here and why, and the counts.
 * @param {readonly { name: string, ms: number, passed: number, failed: number, notRun: readonly { name: string, why: string }[] }[]} results
 * @param {readonly { name: string, why: string }[]} notRunHere
 * @returns {{ text: string, passed: number, failed: number }}
 */
export function summarise(results, notRunHere) {
  const passed = sum(results.map((result) => result.passed));
  const failed = sum(results.map((result) => result.failed));
  const notRun = [...results.flatMap((result) => result.notRun), ...notRunHere];
  const lines = [
    '',
    ...results.map(describeStep),
    '',
    ...notRun.map(({ name, why }) => `Not run here: ${name}: ${why}`),
    ...(notRun.length > 0 ? [''] : []),
    `${passed} passed, ${failed} failed`,
  ];
  return { text: lines.join('\n'), passed, failed };
}

function describeStep({ name, ms, passed, failed }) {
  const mark = failed === 0 ? 'ok    ' : 'FAILED';
  const tests = passed + failed > 1 ? `  ${passed} passed${failed > 0 ? `, ${failed} failed` : ''}` : '';
  return `${mark}  ${name.padEnd(12)} ${(ms / 1000).toFixed(1).padStart(6)} s${tests}`;
}

function sum(numbers) {
  return numbers.reduce((total, number) => total + number, 0);
}
