import type koffi from 'koffi';
import type { KoffiFunc } from 'koffi';
import { desktopLimits, extendedLimits, type JobLimits } from './jobLimits.ts';

/**
 * Assigns a running process to a new job object. Returns a function that closes the job, which ends a process that
 * still runs in it. Throws {@link JobRefusedError}.
 */
export type AssignToJob = (pid: number, limits: JobLimits) => () => void;

/** Thrown when Windows refuses an operation on a job object; `systemCode` is the Windows error code. */
export class JobRefusedError extends Error {
  override readonly name = 'JobRefusedError';
  readonly code = 'job_refused';
  readonly systemCode: number;

  constructor(operation: string, systemCode: number) {
    super(`Windows refused to ${operation} (error ${systemCode}).`);
    this.systemCode = systemCode;
  }
}

/** JobObjectBasicUIRestrictions, JobObjectExtendedLimitInformation */
const information = { desktop: 4, extended: 9 };
/** PROCESS_TERMINATE | PROCESS_SET_QUOTA: the rights needed to assign a process to a job. */
const access = 0x0001 | 0x0100;

/** Functions of kernel32.dll. Handles are numbers; 0 is invalid. */
interface Kernel {
  readonly createJob: KoffiFunc<(security: null, name: null) => number>;
  readonly setLimits: KoffiFunc<(job: number, kind: number, bytes: Buffer, length: number) => number>;
  readonly openProcess: KoffiFunc<(access: number, inherit: number, pid: number) => number>;
  readonly assign: KoffiFunc<(job: number, process: number) => number>;
  readonly close: KoffiFunc<(handle: number) => number>;
  readonly lastError: KoffiFunc<() => number>;
}

/** Job objects of this system; null on systems other than Windows, or when koffi's native library cannot be loaded. */
export async function openJobs(): Promise<AssignToJob | null> {
  if (process.platform !== 'win32') return null;
  try {
    const kernel = openKernel(await loadKoffi());
    return (pid, limits) => assignToJob(kernel, pid, limits);
  } catch {
    return null;
  }
}

async function loadKoffi(): Promise<typeof koffi> {
  const loaded = process.arch === 'arm64' ? import('@koromix/koffi-win32-arm64') : import('@koromix/koffi-win32-x64');
  return (await loaded).default;
}

function openKernel(library: typeof koffi): Kernel {
  const kernel = library.load('kernel32.dll');
  return {
    createJob: kernel.func('CreateJobObjectW', 'intptr', ['void *', 'void *']),
    setLimits: kernel.func('SetInformationJobObject', 'int', ['intptr', 'int', 'void *', 'uint32']),
    openProcess: kernel.func('OpenProcess', 'intptr', ['uint32', 'int', 'uint32']),
    assign: kernel.func('AssignProcessToJobObject', 'int', ['intptr', 'intptr']),
    close: kernel.func('CloseHandle', 'int', ['intptr']),
    lastError: kernel.func('GetLastError', 'uint32', []),
  };
}

function assignToJob(kernel: Kernel, pid: number, limits: JobLimits): () => void {
  const must = (result: number, operation: string): number => {
    if (result === 0) throw new JobRefusedError(operation, kernel.lastError());
    return result;
  };
  const setLimits = (job: number, kind: number, bytes: Buffer): void => {
    must(kernel.setLimits(job, kind, bytes, bytes.length), 'limit a job object');
  };
  const job = must(kernel.createJob(null, null), 'create a job object');
  try {
    setLimits(job, information.extended, extendedLimits(limits));
    if (limits.desktop !== 0) setLimits(job, information.desktop, desktopLimits(limits));
    const handle = must(kernel.openProcess(access, 0, pid), 'open a process');
    try {
      must(kernel.assign(job, handle), 'assign a process to a job object');
    } finally {
      kernel.close(handle);
    }
  } catch (error) {
    kernel.close(job);
    throw error;
  }
  return () => void kernel.close(job);
}
