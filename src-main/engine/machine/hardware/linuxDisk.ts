import { readdir, readFile, readlink, realpath } from 'node:fs/promises';
import path from 'node:path';
import type { DiskFacts, DiskKind } from '#shared/domain/machine/hardware.ts';

/** The fields of a line of `/proc/self/mountinfo` that are needed here. */
export interface Mount {
  /** Device number such as `8:1`. */
  readonly device: string;
  readonly point: string;
  readonly fileSystem: string;
  readonly source: string;
}

/** Parses `/proc/self/mountinfo`; skips malformed lines. */
export function parseMounts(text: string): Mount[] {
  return text.split('\n').flatMap((line) => {
    const [before, after] = line.split(' - ');
    const [, , device, , point] = (before ?? '').split(' ');
    const [fileSystem, source] = (after ?? '').split(' ');
    if (device === undefined || point === undefined || fileSystem === undefined) return [];
    return [{ device, point: unescape(point), fileSystem, source: source ?? '' }];
  });
}

/** The mount that contains a folder: the deepest, and of several at the same point the last. */
export function mountOf(mounts: readonly Mount[], folder: string): Mount | null {
  return mounts.reduce<Mount | null>((best, mount) => {
    const inside = mount.point === '/' || folder === mount.point || folder.startsWith(`${mount.point}/`);
    return inside && mount.point.length >= (best?.point.length ?? 0) ? mount : best;
  }, null);
}

/** The disk kind implied by the file system; null when it depends on the device. */
export function kindOfFileSystem(fileSystem: string): DiskKind | null {
  if (/^(tmpfs|ramfs)$/.test(fileSystem)) return 'memory';
  if (/^(nfs\d?|cifs|smb3?|ceph|glusterfs|afs|fuse\.(sshfs|rclone|s3fs|glusterfs))$/.test(fileSystem)) return 'network';
  return /^(overlay|9p|virtiofs|fuse\..*)$/.test(fileSystem) ? 'virtual' : null;
}

/** The disk kind implied by a block device's name and its `queue/rotational` file; null when unknown. */
export function kindOfDevice(name: string, rotational: string | null): DiskKind | null {
  if (name.startsWith('nvme')) return 'nvme';
  if (/^(vd|xvd|zram|loop)/.test(name)) return 'virtual';
  if (rotational === null) return null;
  return rotational.trim() === '1' ? 'hard_disk' : 'ssd';
}

/** Kind and file system of the volume that contains a folder. */
export async function findLinuxDisk(folder: string): Promise<Pick<DiskFacts, 'kind' | 'fileSystem'>> {
  const mounts = parseMounts(await readFile('/proc/self/mountinfo', 'utf8'));
  const mount = mountOf(mounts, await realpath(folder));
  if (mount === null) return { kind: null, fileSystem: '' };
  const { fileSystem } = mount;
  return { fileSystem, kind: kindOfFileSystem(fileSystem) ?? (await kindOfBlock(await blockOf(mount))) };
}

/**
 * Folder of the block device in `/sys`; null when unknown. Falls back on the source, because some file systems (btrfs)
 * have device numbers of their own.
 */
async function blockOf({ device, source }: Mount): Promise<string | null> {
  const byNumber = await realpath(`/sys/dev/block/${device}`).catch(() => null);
  if (byNumber !== null || !source.startsWith('/dev/')) return byNumber;
  const name = path.basename(await realpath(source).catch(() => source));
  return realpath(`/sys/class/block/${name}`).catch(() => null);
}

/** Follows partitions and mapped volumes (encryption, LVM) down to the disk. */
async function kindOfBlock(block: string | null, depth = 0): Promise<DiskKind | null> {
  if (block === null || depth > 4) return null;
  const below = await readdir(path.join(block, 'slaves')).catch(() => []);
  const [first] = below;
  if (first !== undefined) {
    const link = await readlink(path.join(block, 'slaves', first)).catch(() => null);
    return link === null ? null : kindOfBlock(path.resolve(block, 'slaves', link), depth + 1);
  }
  const isPartition = await readFile(path.join(block, 'partition')).then(
    () => true,
    () => false,
  );
  if (isPartition) return kindOfBlock(path.dirname(block), depth + 1);
  const rotational = await readFile(path.join(block, 'queue/rotational'), 'utf8').catch(() => null);
  return kindOfDevice(path.basename(block), rotational);
}

/** Decodes octal escapes: the kernel writes blanks in paths as `\040`. */
function unescape(text: string): string {
  return text.replaceAll(/\\(\d{3})/g, (_, octal: string) => String.fromCodePoint(Number.parseInt(octal, 8)));
}
