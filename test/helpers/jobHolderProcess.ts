import { spawn } from 'node:child_process';
import { jobLimits } from '#engine/inference/confinement/jobLimits.ts';
import { openJobs } from '#engine/inference/confinement/jobObject.ts';

// On Windows: puts a program in a job object, as the engine does, tells what the program says, and stays.

/** What a program in a job must not get: another process, a higher priority, memory without end. */
const greedy = `
  const { spawnSync } = require('node:child_process');
  const os = require('node:os');
  process.once('message', () => {
    const second = spawnSync(process.execPath, ['-e', '0']);
    try { os.setPriority(0, os.constants.priority.PRIORITY_HIGH); } catch {}
    process.send({ second: second.status, priority: os.getPriority(0) });
    const held = [];
    try { while (held.length < 64) held.push(new ArrayBuffer(2 ** 27)); } catch {}
    process.send({ bytes: held.length * 2 ** 27 });
  });
  setInterval(() => {}, 1000);
`;

const jobs = await openJobs();
if (jobs === null) throw new Error('There are no job objects here.');
const child = spawn(process.execPath, ['-e', greedy], {
  stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  // Outside of the job that Node itself puts around its children: what ends the child is the job of the product.
  detached: true,
  windowsHide: true,
});
const limits = jobLimits({ modelPath: null, memoryBytes: 2 ** 28, graphics: false }, { desktop: true });
if (child.pid !== undefined) jobs(child.pid, limits);
process.send?.({ pid: child.pid });
child.on('message', (message) => process.send?.(message));
child.send('begin');
