/** A licence for people: SPDX marks names outside its own list with `LicenseRef-`, which says nothing to them. */
export function licenceText(licence: string | null): string {
  return licence === null ? 'unknown licence' : licence.replace(/^LicenseRef-/, '');
}
