import type { IncomingHttpHeaders } from 'node:http';

/** Origin of the page inside the Electron window; the shell serves it under this name. */
export const shellOrigin = 'app://page';

/** Why a request is turned away, or `undefined` when it may come in. */
export type AddressProblem = 'foreign_host' | 'foreign_origin';

/**
 * A page elsewhere can make a browser send requests to this port, also under a name that it resolves to this machine
 * (DNS rebinding); Host and Origin give it away. Programs that are no browsers send no Origin.
 */
export function checkAddress(headers: IncomingHttpHeaders, port: number): AddressProblem | undefined {
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  if (headers.host === undefined || !hosts.includes(headers.host.toLowerCase())) return 'foreign_host';
  const { origin } = headers;
  if (origin === undefined || origin === shellOrigin) return undefined;
  return hosts.some((host) => origin.toLowerCase() === `http://${host}`) ? undefined : 'foreign_origin';
}
