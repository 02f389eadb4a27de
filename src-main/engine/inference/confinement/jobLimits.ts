import { memoryLimits } from './memoryLimits.ts';
import type { WorkerPermissions } from '#engine/ports/inference/WorkerPermissions.ts';

/** Limits of a Windows job object with one process, in the numbers of the Windows API. */
export interface JobLimits {
  /** Bit set of JOB_OBJECT_LIMIT_… values: the limits in force. */
  readonly flags: number;
  readonly processes: number;
  /** Committed memory of the process, in bytes; 0 when it is not limited. */
  readonly memoryBytes: number;
  readonly priorityClass: number;
  /** Bit set of JOB_OBJECT_UILIMIT_… values: the parts of the desktop that are denied; 0 for none. */
  readonly desktop: number;
}

/** JOB_OBJECT_LIMIT_… */
const limit = {
  activeProcess: 0x8,
  priorityClass: 0x20,
  processMemory: 0x100,
  /** A crash ends the process without an error dialog. */
  dieOnUnhandledException: 0x400,
  /** The process ends when the last handle to the job closes, and therefore with the engine, even when the engine is killed. */
  killOnJobClose: 0x2000,
};

/** JOB_OBJECT_UILIMIT_… */
const desktopLimit = {
  /** Handles of other programs' windows, and messages to those windows. */
  handles: 0x1,
  readClipboard: 0x2,
  writeClipboard: 0x4,
  systemParameters: 0x8,
  displaySettings: 0x10,
  globalAtoms: 0x20,
  desktop: 0x40,
  exitWindows: 0x80,
};

/** Denied to every worker. Graphics drivers need the rest: windows, system parameters, display settings. */
const deniedWithGraphics = desktopLimit.readClipboard | desktopLimit.writeClipboard | desktopLimit.exitWindows;
const deniedWithoutGraphics = Object.values(desktopLimit).reduce((all, each) => all | each, 0);

/** BELOW_NORMAL_PRIORITY_CLASS: the priority workers start with; inside the job they cannot raise it. */
const belowNormal = 0x4000;

/** The job limits of a worker; with `desktop` they deny access to the desktop as well. */
export function jobLimits(permissions: WorkerPermissions, { desktop }: { readonly desktop: boolean }): JobLimits {
  const { activeProcess, priorityClass, processMemory, dieOnUnhandledException, killOnJobClose } = limit;
  const always = activeProcess | priorityClass | dieOnUnhandledException | killOnJobClose;
  return {
    // Windows counts graphics memory as committed memory, so it cannot be limited here.
    flags: permissions.graphics ? always : always | processMemory,
    processes: 1,
    memoryBytes: permissions.graphics ? 0 : memoryLimits(permissions.memoryBytes).dataBytes,
    priorityClass: belowNormal,
    desktop: desktop ? (permissions.graphics ? deniedWithGraphics : deniedWithoutGraphics) : 0,
  };
}

/** Size of JOBOBJECT_EXTENDED_LIMIT_INFORMATION and offsets of its fields on 64-bit Windows, in bytes. */
const extendedBytes = 144;
const offset = { flags: 16, processes: 40, priorityClass: 56, processMemory: 112 };

/** Encodes the limits as a JOBOBJECT_EXTENDED_LIMIT_INFORMATION. */
export function extendedLimits({ flags, processes, memoryBytes, priorityClass }: JobLimits): Buffer {
  const bytes = Buffer.alloc(extendedBytes);
  bytes.writeUInt32LE(flags, offset.flags);
  bytes.writeUInt32LE(processes, offset.processes);
  bytes.writeUInt32LE(priorityClass, offset.priorityClass);
  bytes.writeBigUInt64LE(BigInt(memoryBytes), offset.processMemory);
  return bytes;
}

/** Encodes the denied parts of the desktop as a JOBOBJECT_BASIC_UI_RESTRICTIONS. */
export function desktopLimits({ desktop }: JobLimits): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(desktop);
  return bytes;
}
