import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/**
 * Starts the packaged command line headless, waits for its ready line and stops it again. Answers the line, or throws
 * with what the program said. This is the packaged engine on the packaged Node: nothing of it is imitated.
 */
export async function startPackaged(command, { home, limitMs }) {
  const args = ['start', '--headless', '--json', '--port', '0', '--home', home];
  // A shell without this checkout's Node in its PATH, as on a machine where the app was installed.
  const env = { PATH: '/usr/bin:/bin', HOME: home, TMPDIR: process.env.TMPDIR ?? '/tmp' };
  const child = spawn(command, args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
  const said = [];
  createInterface({ input: child.stderr }).on('line', (line) => said.push(line));
  const ended = new Promise((resolve) => child.on('close', resolve));
  try {
    const line = await firstReady(child, ended, limitMs);
    if (line === undefined) throw new Error(`The packaged engine did not start.\n${said.slice(-20).join('\n')}`);
    return line;
  } finally {
    child.kill('SIGTERM');
    await Promise.race([ended, pause(20_000)]);
    child.kill('SIGKILL');
  }
}

function firstReady(child, ended, limitMs) {
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
