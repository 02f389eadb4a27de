import type { IncomingHttpHeaders } from 'node:http';

/** Origin of the page inside the Electron window; the shell serves it under this name. */
export const shellOrigin = 'app://page';

/** Why a request is refused. */
export type AddressProblem = 'foreign_host' | 'foreign_origin';

/**
 * Checks Host and Origin. A foreign page can make a browser send requests to this port, even under a name that resolves to
 * this machine (DNS rebinding), and these headers reveal it. Programs other than browsers send no Origin.
 */
export function checkAddress(headers: IncomingHttpHeaders, port: number): AddressProblem | undefined {
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  if (headers.host === undefined || !hosts.includes(headers.host.toLowerCase())) return 'foreign_host';
  const { origin } = headers;
  if (origin === undefined || origin === shellOrigin) return undefined;
  return hosts.some((host) => origin.toLowerCase() === `http://${host}`) ? undefined : 'foreign_origin';
}
