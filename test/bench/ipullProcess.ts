// The downloader inside node-llama-cpp, by itself: `node ipullProcess.ts ADDRESS FILE`.
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import type { DownloadReport } from './downloadPeer.ts';

const [address = '', file = ''] = process.argv.slice(2);
// It is a dependency of node-llama-cpp and not of ours: found where that one finds it.
const library = createRequire(path.resolve('node_modules/node-llama-cpp/package.json')).resolve('ipull');
const Download = z.custom<(options: object) => Promise<{ download: () => Promise<void> }>>(
  (value) => typeof value === 'function',
);
const { downloadFile } = z
  .object({ downloadFile: Download })
  .parse({ ...((await import(pathToFileURL(library).href)) as object) });
const baseBytes = process.memoryUsage.rss();
const start = performance.now();
const download = await downloadFile({
  url: address,
  directory: path.dirname(file),
  fileName: path.basename(file),
  parallelStreams: 8,
  cliProgress: false,
});
await download.download();
const report: DownloadReport = { seconds: (performance.now() - start) / 1000, hashSeconds: null, baseBytes };
process.stdout.write(JSON.stringify(report));
process.exit(0);
