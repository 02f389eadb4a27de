import systemInformation from 'systeminformation';
import type { DiskKind } from '#shared/domain/machine/hardware.ts';

/** Kind of the disks of a machine that is not Linux; null when they differ, since nothing tells which one is meant. */
export async function diskKindElsewhere(): Promise<DiskKind | null> {
  const disks = await systemInformation.diskLayout().catch(() => []);
  const kinds = new Set(disks.map(({ type, interfaceType }) => kindOf(type, interfaceType)));
  const [only] = kinds;
  return kinds.size === 1 && only !== undefined ? only : null;
}

function kindOf(type: string, interfaceType: string): DiskKind | null {
  if (/nvme|pcie/i.test(`${type} ${interfaceType}`)) return 'nvme';
  if (/ssd/i.test(type)) return 'ssd';
  return /hd/i.test(type) ? 'hard_disk' : null;
}
