/**
 * Why the app runs without a window on this machine, in words for the person at the keyboard; undefined when a window
 * can be opened. Electron's binary is asked for only after this, since fetching it takes time.
 */
export function whyNoWindow({ platform, env, uid, args }) {
  if (args.includes('--headless')) return 'as asked for by --headless';
  if (platform === 'linux' && !env.DISPLAY && !env.WAYLAND_DISPLAY) return 'there is no display';
  if (platform === 'linux' && uid === 0) return 'the user is root, and a window needs a sandbox that root does not get';
  return undefined;
}

/** Whether a browser can be opened: somebody must be there to see it, and browsers refuse to run as root. */
export function canOpenBrowser({ platform, env, uid }) {
  if (platform !== 'linux') return true;
  return uid !== 0 && Boolean(env.DISPLAY || env.WAYLAND_DISPLAY);
}
