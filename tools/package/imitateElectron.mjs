import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

const fuseSentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
/** '1' on, '0' off, 'r' removed; one character a fuse in the order of FuseV1Options, as in a fresh Electron. */
const fuses = '101100011';

/**
 * Creates a fake unpacked Electron, enough for electron-builder to package where Electron's binary cannot be downloaded.
 * It cannot run: it serves to check the contents of a package and to start the parts that need no Electron.
 */
export async function imitateElectron(folder, version) {
  await mkdir(path.join(folder, 'resources'), { recursive: true });
  await mkdir(path.join(folder, 'locales'), { recursive: true });
  const wire = Buffer.concat([Buffer.from(fuseSentinel), Buffer.from([1, fuses.length]), Buffer.from(fuses)]);
  const program = Buffer.concat([Buffer.from('#!/bin/sh\nexit 1\n'), Buffer.alloc(64), wire, Buffer.alloc(64)]);
  const executable = { mode: 0o755 };
  await writeFile(path.join(folder, 'electron'), program, executable);
  await writeFile(path.join(folder, 'chrome-sandbox'), '', executable);
  await writeFile(path.join(folder, 'chrome_crashpad_handler'), '', executable);
  await writeFile(path.join(folder, 'version'), version);
  await writeFile(path.join(folder, 'LICENSE'), 'imitation');
  await writeFile(path.join(folder, 'LICENSES.chromium.html'), 'imitation');
  await writeFile(path.join(folder, 'locales', 'en-US.pak'), '');
}
