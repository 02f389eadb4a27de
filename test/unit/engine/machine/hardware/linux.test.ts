import { describe, expect, test } from 'vitest';
import { containerFrom } from '#engine/machine/hardware/containerFrom.ts';
import { kindOfDevice, kindOfFileSystem, mountOf, parseMounts } from '#engine/machine/hardware/linuxDisk.ts';
import { cardFrom, nvidiaCardFrom } from '#engine/machine/hardware/linuxGraphics.ts';

/** Recording in the format of proc(5). */
const mounts = parseMounts(
  [
    '22 1 259:2 / / rw,relatime shared:1 - ext4 /dev/nvme0n1p2 rw',
    '30 22 0:26 / /tmp rw,nosuid - tmpfs tmpfs rw',
    '36 22 8:17 / /data\\040disk rw,noatime shared:5 - xfs /dev/sdb1 rw',
    '40 22 0:50 / /home/ann rw - nfs4 server:/home/ann rw',
    'not a mount',
  ].join('\n'),
);

describe('the volume of a folder', () => {
  test.each([
    ['/var/lib', '259:2'],
    ['/tmp', '0:26'],
    ['/tmp/deep/er', '0:26'],
    ['/tmpfile', '259:2'],
    ['/data disk/x', '8:17'],
    ['/home/ann/swarm', '0:50'],
    ['/home/anna', '259:2'],
  ])('%s lies on %s', (folder, device) => {
    expect(mountOf(mounts, folder)?.device).toBe(device);
  });

  test('a later mount hides an earlier one at the same place', () => {
    const [first] = mounts;
    const hidden = first === undefined ? [] : [first, { ...first, device: '9:9' }];
    expect(mountOf(hidden, '/x')?.device).toBe('9:9');
  });

  test.each([
    ['tmpfs', 'memory'],
    ['nfs4', 'network'],
    ['cifs', 'network'],
    ['fuse.sshfs', 'network'],
    ['overlay', 'virtual'],
    ['ext4', null],
    ['btrfs', null],
  ])('file system %s means %s', (fileSystem, kind) => {
    expect(kindOfFileSystem(fileSystem)).toBe(kind);
  });

  test.each([
    ['nvme0n1', '0', 'nvme'],
    ['sda', '0\n', 'ssd'],
    ['sda', '1\n', 'hard_disk'],
    ['vda', '1', 'virtual'],
    ['sda', null, null],
  ])('device %s with rotational %j means %s', (name, rotational, kind) => {
    expect(kindOfDevice(name, rotational)).toBe(kind);
  });
});

describe('containers', () => {
  const bare = { env: {}, dockerFile: null, podmanFile: null, groups: '0::/init.scope\n', mounts: null };

  test('a plain machine is none', () => {
    expect(containerFrom(bare)).toBe(null);
    expect(containerFrom({ ...bare, mounts: '22 1 259:2 / / rw shared:1 - ext4 /dev/sda1 rw' })).toBe(null);
  });

  test.each([
    [{ dockerFile: '' }, 'docker'],
    [{ podmanFile: 'engine="podman"' }, 'podman'],
    [{ env: { KUBERNETES_SERVICE_HOST: '10.0.0.1' }, dockerFile: '' }, 'kubernetes'],
    [{ env: { container: 'systemd-nspawn' } }, 'systemd-nspawn'],
    [{ groups: '12:cpu:/kubepods/besteffort/pod1\n' }, 'kubernetes'],
    [{ groups: '4:memory:/lxc/box\n' }, 'lxc'],
    [{ mounts: '500 400 0:60 / / rw,relatime - overlay overlay rw,lowerdir=/a' }, 'container'],
  ])('%j is %s', (signs, kind) => {
    expect(containerFrom({ ...bare, ...signs })).toBe(kind);
  });
});

describe('graphics cards that the kernel shows', () => {
  test('an AMD card tells its memory, an Intel one shares it, an unknown maker stays a number', () => {
    const amd = cardFrom({ vendor: '0x1002\n', device: '0x744c\n', driver: 'amdgpu', memoryTotal: '25753026560\n' });
    expect(amd).toMatchObject({ vendor: 'AMD', memoryBytes: 25_753_026_560, sharedMemory: false, driver: 'amdgpu' });
    const intel = cardFrom({ vendor: '0x8086', device: '0x46a6', driver: 'i915', memoryTotal: null });
    expect(intel).toMatchObject({ vendor: 'Intel', memoryBytes: null, sharedMemory: true });
    const other = cardFrom({ vendor: '0x1234', device: null, driver: null, memoryTotal: null });
    expect(other).toMatchObject({ vendor: 'PCI vendor 0x1234', model: 'PCI device unknown', driver: null });
    expect(cardFrom({ vendor: null, device: null, driver: null, memoryTotal: null })).toBe(null);
  });

  test("NVIDIA's own driver names the card and its version", () => {
    const information = 'Model: \t\t NVIDIA GeForce RTX 4090\nIRQ:   \t\t 150\nGPU UUID: \t GPU-0\n';
    const version = 'NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.54.14  Thu Feb 22 01:44:30 UTC 2024\n';
    expect(nvidiaCardFrom(information, version)).toEqual({
      vendor: 'NVIDIA',
      model: 'NVIDIA GeForce RTX 4090',
      memoryBytes: null,
      sharedMemory: false,
      driver: '550.54.14',
    });
    const open = 'NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  555.42.02  Release Build\n';
    expect(nvidiaCardFrom(information, open)?.driver).toBe('555.42.02');
    expect(nvidiaCardFrom('', version)).toBe(null);
  });
});
