// The product's downloader and nothing else: `node ownDownloadProcess.ts ADDRESS FILE SHA256`.
import { Hash } from 'node:crypto';
import { FileDownload } from '#engine/models/transfer/FileDownload.ts';
import { HubClient } from '#engine/models/transfer/HubClient.ts';
import { systemClock, systemRandom } from '#node/systemClock.ts';
import type { DownloadReport } from './downloadPeer.ts';

const [address = '', file = '', sha256 = ''] = process.argv.slice(2);
const hashing = watchHashing();
const client = new HubClient({ clock: systemClock, env: {}, token: () => null, stallMs: 20_000 });
// Timers of the downloader keep no process alive; the engine has other reasons to live.
const alive = setInterval(() => {}, 60_000);
const baseBytes = process.memoryUsage.rss();
const start = performance.now();
await new FileDownload({
  client,
  clock: systemClock,
  random: systemRandom,
  address,
  partFile: file,
  journalFile: `${file}.journal`,
  sha256,
  sizeBytes: null,
  knownChunks: null,
  connections: 8,
  limits: [],
  makeRoom: async () => {},
  onPhase: () => {},
  onProgress: () => {},
}).run(new AbortController().signal);
const report: DownloadReport = {
  seconds: (performance.now() - start) / 1000,
  hashSeconds: hashing.seconds(),
  baseBytes,
};
client.close();
clearInterval(alive);
process.stdout.write(JSON.stringify(report));

/** Takes the time of every update of every hash. */
function watchHashing(): { seconds: () => number } {
  const update = Reflect.get(Hash.prototype, 'update') as (this: Hash, ...args: unknown[]) => Hash;
  let millis = 0;
  Reflect.set(Hash.prototype, 'update', function timed(this: Hash, ...args: unknown[]): Hash {
    const began = performance.now();
    const same = update.apply(this, args);
    millis += performance.now() - began;
    return same;
  });
  return { seconds: () => millis / 1000 };
}
