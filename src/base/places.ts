/** Between quotes a path may hold blanks. */
const QUOTED = /(['"`])\/(?:[^'"`\n]*\/)?([^'"`\n/]+)\/?\1/g
/** No part of an address such as `http://host/path`, and more than one name long. */
const BARE = /(?<![\w./~@%'"`-])\/(?!\/)(?:[^\s/'"`():,;]+\/)+([^\s/'"`():,;]*)/g

/**
 * A sentence without where files stand on this machine, which is nobody's business who asks over the network or is told of
 * what happened: of each absolute path the last name is left.
 */
export function withoutPlaces(text: string): string {
  return text
    .replaceAll('file:///', '/')
    .replace(QUOTED, '$1$2$1')
    .replace(BARE, (path: string, last: string) => (last === '' ? (path.split('/').at(-2) ?? '') : last))
}
