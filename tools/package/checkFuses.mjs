import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses';

/** The required state of each fuse in a shipped package. */
const wanted = {
  RunAsNode: FuseState.DISABLE,
  EnableCookieEncryption: FuseState.ENABLE,
  EnableNodeOptionsEnvironmentVariable: FuseState.DISABLE,
  EnableNodeCliInspectArguments: FuseState.DISABLE,
  EnableEmbeddedAsarIntegrityValidation: FuseState.ENABLE,
  OnlyLoadAppFromAsar: FuseState.ENABLE,
  GrantFileProtocolExtraPrivileges: FuseState.DISABLE,
};

/** Fuses of a packaged program that are not in their required state. */
export async function checkFuses(program) {
  const wire = await getCurrentFuseWire(program);
  return Object.entries(wanted)
    .filter(([name, state]) => wire[FuseV1Options[name]] !== state)
    .map(([name]) => `the fuse ${name} does not stand as it must`);
}
