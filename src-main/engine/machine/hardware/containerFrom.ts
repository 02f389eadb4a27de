/** Indications of a container on Linux; null for a file that does not exist. */
export interface ContainerSigns {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** `/.dockerenv` and `/run/.containerenv` (Podman). */
  readonly dockerFile: string | null;
  readonly podmanFile: string | null;
  /** `/proc/1/cgroup` and `/proc/1/mountinfo`. */
  readonly groups: string | null;
  readonly mounts: string | null;
}

/** Kind of the container this process runs in, such as `docker`; null outside of one. */
export function containerFrom({ env, dockerFile, podmanFile, groups, mounts }: ContainerSigns): string | null {
  if (env['KUBERNETES_SERVICE_HOST']) return 'kubernetes';
  if (podmanFile !== null) return 'podman';
  if (dockerFile !== null) return 'docker';
  const named = env['container'];
  if (named) return named.slice(0, 40);
  const group = /(docker|kubepods|lxc|containerd|podman|garden)/.exec(groups ?? '')?.[1];
  if (group !== undefined) return group === 'kubepods' ? 'kubernetes' : group;
  // A container's root file system is usually an overlay of layers; a machine's is a volume.
  return / \/ \/ [^\n]* - overlay /.test(mounts ?? '') ? 'container' : null;
}
