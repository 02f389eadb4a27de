// A program that downloads one file and says so: `node downloadProcess.ts ADDRESS PART JOURNAL`. Tests kill it.
import { FileDownload } from '#engine/models/transfer/FileDownload.ts';
import { HubClient } from '#engine/models/transfer/HubClient.ts';
import { systemClock, systemRandom } from '#node/systemClock.ts';

const [address = '', partFile = '', journalFile = ''] = process.argv.slice(2);
const client = new HubClient({ clock: systemClock, env: {}, token: () => null, stallMs: 20_000 });
const { digest } = await new FileDownload({
  client,
  clock: systemClock,
  random: systemRandom,
  address,
  partFile,
  journalFile,
  sha256: null,
  sizeBytes: null,
  knownChunks: null,
  connections: 4,
  limits: [],
  makeRoom: async () => {},
  onPhase: () => {},
  onProgress: () => {},
}).run(new AbortController().signal);
client.close();
process.stdout.write(digest);
