import { readFile, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { Fault } from '../base/fault.ts'

/** The folder in which a server keeps all that is its own, seen from where it was started. */
export const DATA_FOLDER = '.keepfit'
/** In that folder: the first token, readable by its owner only. */
export const TOKEN_FILE = 'token'
/** In that folder: the URL of the running server. */
export const ADDRESS_FILE = 'address'

/** What the words of a command and the environment say about the server. */
export interface ServerWords {
  /** `--url`, else KEEPFIT_URL. */
  readonly url?: string | undefined
  /** `--data`, else KEEPFIT_DATA. */
  readonly data?: string | undefined
  /** KEEPFIT_TOKEN. */
  readonly token?: string | undefined
}

/** Where the server is, and how to identify oneself. */
export interface ServerPlace {
  readonly url: string
  readonly token: string
  /** Where the token comes from, for messages. */
  readonly tokenFrom: string
}

/**
 * Finds the server that a command talks to: what was said first, then the data folder in `cwd` or the nearest parent.
 * @throws Fault SERVER_UNAVAILABLE when none was ever started there; USAGE for a URL that is none; UNAUTHENTICATED when
 *   there is no token
 */
export async function findServer(words: ServerWords, cwd: string): Promise<ServerPlace> {
  const folder = words.data === undefined ? await nearestFolder(cwd) : resolve(cwd, words.data)
  const url = words.url ?? (await addressIn(folder, cwd))
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw new Fault('USAGE', `the address of the server must look like http://127.0.0.1:7437; got '${url}'`)
  if (words.token !== undefined) return { url, token: words.token, tokenFrom: 'KEEPFIT_TOKEN' }
  if (folder === null)
    throw new Fault('UNAUTHENTICATED', `no token for ${url}: set KEEPFIT_TOKEN, or say --data DIR of the server's data`)
  const file = join(folder, TOKEN_FILE)
  return { url, token: await tokenIn(file), tokenFrom: file }
}

/** The nearest data folder at or above `from`; null where there is none. */
export async function nearestFolder(from: string): Promise<string | null> {
  for (let at = resolve(from); ; at = dirname(at)) {
    const folder = join(at, DATA_FOLDER)
    const isThere = await stat(folder).then(
      (found) => found.isDirectory(),
      () => false,
    )
    if (isThere) return folder
    if (dirname(at) === at) return null
  }
}

async function addressIn(folder: string | null, cwd: string): Promise<string> {
  const start = "start one with 'keepfit up', or say --url or --data"
  if (folder === null)
    throw new Fault('SERVER_UNAVAILABLE', `there is no folder ${DATA_FOLDER} in ${cwd} or above it: ${start}`)
  const text = await textOf(join(folder, ADDRESS_FILE))
  if (text === null) throw new Fault('SERVER_UNAVAILABLE', `no Keepfit runs on ${folder}: ${start}`)
  return text
}

async function tokenIn(file: string): Promise<string> {
  const text = await textOf(file)
  if (text === null)
    throw new Fault(
      'UNAUTHENTICATED',
      `there is no token in ${file}: set KEEPFIT_TOKEN, or say --data of the server's data`,
    )
  return text
}

/** Null when there is no such file. */
async function textOf(path: string): Promise<string | null> {
  try {
    return (await readFile(path, 'utf8')).trim()
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ENOENT' || code === 'ENOTDIR') return null
    const why = code === 'EACCES' ? 'this user may not read it' : String(code)
    throw new Fault('FILE_UNREADABLE', `'${path}' cannot be read: ${why}`, {}, error)
  }
}
