/** What a Linux system shows of the container around it; null for a file that is not there. */
export interface ContainerSigns {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** `/.dockerenv` and `/run/.containerenv` (Podman). */
  readonly dockerFile: string | null;
  readonly podmanFile: string | null;
  /** `/proc/1/cgroup` and `/proc/1/mountinfo`. */
  readonly groups: string | null;
  readonly mounts: string | null;
}

/** The name of the container's kind, or null outside of one. */
export function containerFrom({ env, dockerFile, podmanFile, groups, mounts }: ContainerSigns): string | null {
  if (env['KUBERNETES_SERVICE_HOST']) return 'kubernetes';
  if (podmanFile !== null) return 'podman';
  if (dockerFile !== null) return 'docker';
  const named = env['container'];
  if (named) return named.slice(0, 40);
  const group = /(docker|kubepods|lxc|containerd|podman|garden)/.exec(groups ?? '')?.[1];
  if (group !== undefined) return group === 'kubepods' ? 'kubernetes' : group;
  // The root of a container is put together from layers; that of a machine is a volume.
  return / \/ \/ [^\n]* - overlay /.test(mounts ?? '') ? 'container' : null;
}
