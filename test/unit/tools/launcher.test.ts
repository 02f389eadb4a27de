import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isAlive } from '#main/cli/running/isAlive.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const platformPackage = `node-${process.platform}-${process.arch}`;

let folder = '';
let children: ChildProcess[] = [];

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'open-swarm-bin-'));
  children = [];
  await cp(path.join(root, 'bin'), path.join(folder, 'bin'), { recursive: true });
  await mkdir(path.join(folder, 'src-main/cli'), { recursive: true });
  await mkdir(path.join(folder, 'node_modules', platformPackage, 'bin'), { recursive: true });
  await symlink(process.execPath, path.join(folder, 'node_modules', platformPackage, 'bin/node'));
});
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

async function writeCommand(text: string): Promise<void> {
  await writeFile(path.join(folder, 'src-main/cli/main.ts'), text);
}

function launch(...args: string[]): ChildProcess {
  const child = spawn(process.execPath, [path.join(folder, 'bin/open-swarm.mjs'), ...args], { stdio: 'pipe' });
  children.push(child);
  return child;
}

async function finish(child: ChildProcess): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const text = { stdout: '', stderr: '' };
  child.stdout?.on('data', (data: Buffer) => (text.stdout += data.toString()));
  child.stderr?.on('data', (data: Buffer) => (text.stderr += data.toString()));
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, ...text };
}

async function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => child.stdout?.once('data', (data: Buffer) => resolve(data.toString().trim())));
}

describe('open-swarm', () => {
  test('passes arguments, output and the exit code', async () => {
    await writeCommand('console.log(process.version, ...process.argv.slice(2));\nprocess.exitCode = 2;\n');
    const result = await finish(launch('submit', '--type', 'a b'));
    expect(result).toMatchObject({ code: 2, stdout: `${process.version} submit --type a b\n` });
  });

  test('takes the built command where there is no source', async () => {
    await rm(path.join(folder, 'src-main'), { recursive: true });
    await mkdir(path.join(folder, 'out/main'), { recursive: true });
    await writeFile(path.join(folder, 'out/main/cli.js'), "console.log('built');\n");
    expect(await finish(launch())).toMatchObject({ code: 0, stdout: 'built\n' });
  });

  test('leaves alone what the command forks', async () => {
    await writeFile(path.join(folder, 'child.mjs'), "process.on('message', (text) => process.send(text + '!'));\n");
    await writeCommand(
      `import { fork } from 'node:child_process';
      const child = fork(${JSON.stringify(path.join(folder, 'child.mjs'))});
      child.on('message', (text) => { console.log(text, process.execArgv.length); child.kill(); });
      setTimeout(() => child.send('hello'), 200);\n`,
    );
    expect(await finish(launch())).toMatchObject({ stdout: 'hello! 0\n' });
  });

  test('says what to do when nothing is built', async () => {
    await rm(path.join(folder, 'src-main'), { recursive: true });
    const result = await finish(launch());
    expect(result.code).toBe(1);
    expect(result.stderr).toContain('npm run build');
  });

  test('passes a signal on and reports how the command ended', async () => {
    await writeCommand(
      "process.on('SIGTERM', () => process.exit(7));\nsetInterval(() => 1, 1e3);\nconsole.log('up');\n",
    );
    const child = launch();
    const result = finish(child);
    expect(await firstLine(child)).toBe('up');
    child.kill('SIGTERM');
    expect((await result).code).toBe(7);
  });

  test('does not leave the command behind when it is killed', async () => {
    await writeCommand('setInterval(() => 1, 1e3);\nconsole.log(process.pid);\n');
    const child = launch();
    const pid = Number(await firstLine(child));
    expect(isAlive(pid)).toBe(true);
    child.kill('SIGKILL');
    await expect.poll(() => isAlive(pid)).toBe(false);
  });
});

/** Debian's Node 20, where there is one: the machine that the launcher is for. */
function findOldNode(): string | undefined {
  const candidates = ['/usr/bin/node'].filter((file) => {
    try {
      return Number.parseInt(execFileSync(file, ['--version'], { encoding: 'utf8' }).slice(1), 10) < 24;
    } catch {
      return false;
    }
  });
  return candidates[0];
}

const oldNode = findOldNode();

describe.skipIf(oldNode === undefined)('open-swarm started by an older Node', () => {
  const start = (): ChildProcess => {
    const child = spawn(oldNode ?? '', [path.join(folder, 'bin/open-swarm.mjs')], { stdio: 'pipe' });
    children.push(child);
    return child;
  };

  test('runs the command with Node 24', async () => {
    await writeCommand('const version: string = process.version;\nconsole.log(version);\n');
    expect(await finish(start())).toMatchObject({ code: 0, stdout: `${process.version}\n` });
  });

  test('says what is missing when there is no Node 24', async () => {
    await writeCommand("console.log('never');\n");
    await rm(path.join(folder, 'node_modules'), { recursive: true });
    const result = await finish(start());
    expect(result).toMatchObject({ code: 1, stdout: '' });
    expect(result.stderr).toMatch(/needs Node 24.*npm install/s);
  });
});

describe('with-node24', () => {
  const run = async (...args: string[]) => {
    await cp(path.join(root, 'tools/with-node24.mjs'), path.join(folder, 'tools/with-node24.mjs'));
    const child = spawn(process.execPath, [path.join(folder, 'tools/with-node24.mjs'), ...args], { stdio: 'pipe' });
    children.push(child);
    return finish(child);
  };

  test('runs a program in the Node that came along, which its own programs find first as well', async () => {
    const text = 'console.log(process.env.PATH.split(":")[0], ...process.argv.slice(2)); process.exitCode = 3;';
    await writeFile(path.join(folder, 'program.mjs'), text);
    const { code, stdout } = await run('program.mjs', '--a', 'b c');
    expect(stdout.trim()).toBe(`${path.join(folder, 'node_modules', platformPackage, 'bin')} --a b c`);
    expect(code).toBe(3);
  });
});
