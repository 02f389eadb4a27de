import { spawn } from 'node:child_process';

/** Runs one step's commands. Returns its duration and what passed, failed and was not run. */
export async function runStep(step, { root, env, now = () => performance.now() }) {
  const started = now();
  let failed = false;
  for (const [file, args] of step.commands) {
    if ((await exitCode(file, args, { root, env: { ...env, ...step.env } })) !== 0) {
      failed = true;
      break;
    }
  }
  return { name: step.name, ms: now() - started, ...countTests(step, failed) };
}

function countTests(step, failed) {
  const count = step.read?.(step.report) ?? { passed: 0, failed: 0, notRun: [] };
  // A step that exits with an error but no failed test (it could not start, coverage is too low) counts as one failure.
  if (failed && count.failed === 0) return { ...count, failed: 1 };
  if (!failed && step.read === undefined) return { ...count, passed: 1 };
  if (!failed && count.passed === 0 && count.failed === 0) return { ...count, failed: 1 };
  return count;
}

function exitCode(file, args, { root, env }) {
  return new Promise((resolve) => {
    const child = spawn(file, args, { cwd: root, env, stdio: 'inherit' });
    child.on('error', (error) => {
      console.error(error.message);
      resolve(1);
    });
    child.on('close', (code) => resolve(code ?? 1));
  });
}
