import { memoryLimits } from './memoryLimits.ts';
import type { WorkerRoom } from '#engine/ports/WorkerLauncher.ts';

/** What a job object of Windows holds its one process to, as numbers of the system. */
export interface JobLimits {
  /** Which limits hold. */
  readonly flags: number;
  readonly processes: number;
  /** Bytes that the system has promised to the process; 0 when that is not limited. */
  readonly memoryBytes: number;
  readonly priorityClass: number;
  /** What of the desktop is closed; 0 for nothing. */
  readonly desktop: number;
}

/** JOB_OBJECT_LIMIT_… */
const limit = {
  activeProcess: 0x8,
  priorityClass: 0x20,
  processMemory: 0x100,
  /** A crash ends the process and asks nobody. */
  dieOnUnhandledException: 0x400,
  /** The process ends with the last handle of its job, and so with the engine, however that ends. */
  killOnJobClose: 0x2000,
};

/** JOB_OBJECT_UILIMIT_… */
const desktopLimit = {
  /** Windows of other programs, and messages to them. */
  handles: 0x1,
  readClipboard: 0x2,
  writeClipboard: 0x4,
  systemParameters: 0x8,
  displaySettings: 0x10,
  globalAtoms: 0x20,
  desktop: 0x40,
  exitWindows: 0x80,
};

/** Not reached by drivers of cards, which look at windows, parameters and displays of the system. */
const alwaysClosed = desktopLimit.readClipboard | desktopLimit.writeClipboard | desktopLimit.exitWindows;
const closed = Object.values(desktopLimit).reduce((all, each) => all | each, 0);

/** BELOW_NORMAL_PRIORITY_CLASS: what a worker is given when it starts, and cannot change in a job. */
const belowNormal = 0x4000;

/** The limits of a worker. `desktop` says whether the desktop is closed to it too. */
export function jobLimits(room: WorkerRoom, { desktop }: { readonly desktop: boolean }): JobLimits {
  const { activeProcess, priorityClass, processMemory, dieOnUnhandledException, killOnJobClose } = limit;
  const always = activeProcess | priorityClass | dieOnUnhandledException | killOnJobClose;
  return {
    // What drivers place on a card is promised by the system too.
    flags: room.graphics ? always : always | processMemory,
    processes: 1,
    memoryBytes: room.graphics ? 0 : memoryLimits(room.memoryBytes).dataBytes,
    priorityClass: belowNormal,
    desktop: desktop ? (room.graphics ? alwaysClosed : closed) : 0,
  };
}

/** Bytes of JOBOBJECT_EXTENDED_LIMIT_INFORMATION, and where its parts lie, on 64-bit Windows. */
const extendedBytes = 144;
const offset = { flags: 16, processes: 40, priorityClass: 56, processMemory: 112 };

/** The limits as the system takes them: a JOBOBJECT_EXTENDED_LIMIT_INFORMATION. */
export function extendedLimits({ flags, processes, memoryBytes, priorityClass }: JobLimits): Buffer {
  const bytes = Buffer.alloc(extendedBytes);
  bytes.writeUInt32LE(flags, offset.flags);
  bytes.writeUInt32LE(processes, offset.processes);
  bytes.writeUInt32LE(priorityClass, offset.priorityClass);
  bytes.writeBigUInt64LE(BigInt(memoryBytes), offset.processMemory);
  return bytes;
}

/** What of the desktop is closed, as the system takes it: a JOBOBJECT_BASIC_UI_RESTRICTIONS. */
export function desktopLimits({ desktop }: JobLimits): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(desktop);
  return bytes;
}
