import { readdir, readFile, readlink, realpath } from 'node:fs/promises';
import path from 'node:path';
import type { DiskFacts, DiskKind } from '#shared/domain/machine/hardware.ts';

/** A line of `/proc/self/mountinfo`, as far as it matters here. */
export interface Mount {
  /** `8:1`. */
  readonly device: string;
  readonly point: string;
  readonly fileSystem: string;
  readonly source: string;
}

/** Reads the mounts; lines that are not understood are left out. */
export function parseMounts(text: string): Mount[] {
  return text.split('\n').flatMap((line) => {
    const [before, after] = line.split(' - ');
    const [, , device, , point] = (before ?? '').split(' ');
    const [fileSystem, source] = (after ?? '').split(' ');
    if (device === undefined || point === undefined || fileSystem === undefined) return [];
    return [{ device, point: unescape(point), fileSystem, source: source ?? '' }];
  });
}

/** The mount that a folder lies in: the deepest, and of several at one place the last. */
export function mountOf(mounts: readonly Mount[], folder: string): Mount | null {
  return mounts.reduce<Mount | null>((best, mount) => {
    const inside = mount.point === '/' || folder === mount.point || folder.startsWith(`${mount.point}/`);
    return inside && mount.point.length >= (best?.point.length ?? 0) ? mount : best;
  }, null);
}

/** What the file system alone says; null when its device decides. */
export function kindOfFileSystem(fileSystem: string): DiskKind | null {
  if (/^(tmpfs|ramfs)$/.test(fileSystem)) return 'memory';
  if (/^(nfs\d?|cifs|smb3?|ceph|glusterfs|afs|fuse\.(sshfs|rclone|s3fs|glusterfs))$/.test(fileSystem)) return 'network';
  return /^(overlay|9p|virtiofs|fuse\..*)$/.test(fileSystem) ? 'virtual' : null;
}

/** What the name of a block device and its queue say; null when they do not. */
export function kindOfDevice(name: string, rotational: string | null): DiskKind | null {
  if (name.startsWith('nvme')) return 'nvme';
  if (/^(vd|xvd|zram|loop)/.test(name)) return 'virtual';
  if (rotational === null) return null;
  return rotational.trim() === '1' ? 'hard_disk' : 'ssd';
}

/** The volume of a folder as the kernel describes it. */
export async function findLinuxDisk(folder: string): Promise<Pick<DiskFacts, 'kind' | 'fileSystem'>> {
  const mounts = parseMounts(await readFile('/proc/self/mountinfo', 'utf8'));
  const mount = mountOf(mounts, await realpath(folder));
  if (mount === null) return { kind: null, fileSystem: '' };
  const { fileSystem } = mount;
  return { fileSystem, kind: kindOfFileSystem(fileSystem) ?? (await kindOfBlock(await blockOf(mount))) };
}

/** Folder of the block device in `/sys`; some file systems (btrfs) show a device number of their own. */
async function blockOf({ device, source }: Mount): Promise<string | null> {
  const byNumber = await realpath(`/sys/dev/block/${device}`).catch(() => null);
  if (byNumber !== null || !source.startsWith('/dev/')) return byNumber;
  const name = path.basename(await realpath(source).catch(() => source));
  return realpath(`/sys/class/block/${name}`).catch(() => null);
}

/** Looks through partitions and mapped volumes (encryption, LVM) down to the disk. */
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

/** The kernel writes blanks in paths as `\040`. */
function unescape(text: string): string {
  return text.replaceAll(/\\(\d{3})/g, (_, octal: string) => String.fromCodePoint(Number.parseInt(octal, 8)));
}
