import { execFile, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

const stopLimitMs = 30_000;

/**
 * Starts the packaged command line headless with a swarm of its own, submits a task to it, and stops it again. Returns
 * the ready line and the result of the task, or throws with the program's output. Engine, coordinator, worker, model and
 * Node are all those of the package.
 * @param {string} command
 * @param {{ home: string, limitMs: number }} options
 */
export async function runPackaged(command, { home, limitMs }) {
  // A PATH without this checkout's Node, as on a machine where the app was installed.
  const env = { PATH: '/usr/bin:/bin', HOME: home, TMPDIR: process.env.TMPDIR ?? '/tmp' };
  const args = ['start', '--headless', '--private-swarm', '--json', '--port', '0', '--home', home];
  const child = spawn(command, args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
  const said = [];
  createInterface({ input: child.stderr }).on('line', (line) => said.push(line));
  const ended = new Promise((resolve) => child.on('close', resolve));
  try {
    const ready = await readyLine(child, ended, limitMs);
    if (ready === undefined) throw new Error('The packaged engine did not start.');
    return { ready, task: await submit(command, { home, env, limitMs }) };
  } catch (error) {
    throw new Error([error.message, ...said.slice(-20)].join('\n'), { cause: error });
  } finally {
    child.kill('SIGTERM');
    await Promise.race([ended, pause(stopLimitMs)]);
    child.kill('SIGKILL');
  }
}

/** Submits a task and waits for a node to run it; the last line of `submit` holds the result. */
function submit(command, { home, env, limitMs }) {
  const task = ['--type', 'code_completion', '--prompt', 'function add(a, b) {', '--max-tokens', '16'];
  return new Promise((resolve, reject) => {
    execFile(
      command,
      ['submit', ...task, '--json', '--home', home],
      { env, timeout: limitMs },
      (error, stdout, stderr) => {
        const result = parse(stdout.trim().split('\n').at(-1));
        if (result?.status === 'completed') resolve(result);
        else
          reject(
            new Error(`The packaged engine did not complete a task.\n${error?.message ?? ''}\n${stdout}${stderr}`),
          );
      },
    );
  });
}

function readyLine(child, ended, limitMs) {
  return new Promise((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const message = parse(line);
      if (message?.event === 'ready') resolve(message);
    });
    child.on('error', () => resolve());
    void ended.then(() => resolve());
    setTimeout(resolve, limitMs).unref();
  });
}

function parse(line) {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function pause(ms) {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}
