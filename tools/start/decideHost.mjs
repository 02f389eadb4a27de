/**
 * Why the app runs without a window on this machine, as a sentence for the user; undefined when a window can open.
 * Decided before Electron's binary is looked for, since downloading it takes time.
 */
export function whyNoWindow({ platform, env, uid, args }) {
  if (args.includes('--headless')) return 'as asked for by --headless';
  if (platform === 'linux' && !env.DISPLAY && !env.WAYLAND_DISPLAY) return 'there is no display';
  if (platform === 'linux' && uid === 0) return 'the user is root, for whom the sandbox of the window does not work';
  return undefined;
}

/** Whether a browser can be opened: that needs a desktop session, and browsers refuse to run as root. */
export function canOpenBrowser({ platform, env, uid }) {
  if (platform !== 'linux') return true;
  return uid !== 0 && Boolean(env.DISPLAY || env.WAYLAND_DISPLAY);
}
