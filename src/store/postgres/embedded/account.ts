import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'

/** Postgres refuses to run as root. This is whom its processes run as. */
export type Account =
  | { readonly kind: 'self' }
  | { readonly kind: 'user'; readonly name: string; readonly uid: number; readonly gid: number }
  /** Ourselves, who in a namespace of their own are called `uid`: files stay ours, and Postgres sees no root. */
  | { readonly kind: 'mapped'; readonly uid: number }

/** What is handed to `spawn` to run a program as somebody. */
export interface Launch {
  readonly file: string
  readonly args: readonly string[]
  readonly options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv; uid?: number; gid?: number }
}

/** How a program is started under an account, with nothing of our environment but what it needs. */
export function launchAs(account: Account, environment: NodeJS.ProcessEnv, file: string, args: string[]): Launch {
  // PG… variables of the user mean another server; a library path of theirs would displace the libraries we bring.
  const env = { PATH: environment['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' }
  // The folder that we were started in may be closed to the account.
  const options = { cwd: '/', env }
  if (account.kind === 'self') return { file, args, options }
  if (account.kind === 'user') return { file, args, options: { ...options, uid: account.uid, gid: account.gid } }
  return { file: 'unshare', args: ['--user', `--map-user=${account.uid}`, '--', file, ...args], options }
}

/** What a program that ended said. */
export interface Outcome {
  readonly isOk: boolean
  /** Both streams, or why it could not be started. */
  readonly output: string
}

/** Runs a program to its end, at most a minute. Never rejects, even when we may not become whom we shall be. */
export function runToEnd({ file, args, options }: Launch): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(file, [...args], { ...options, timeout: 60_000, killSignal: 'SIGKILL' }, (error, stdout, stderr) => {
      const said = `${stdout}${stderr}`.trim()
      resolve({ isOk: error === null, output: said === '' && error !== null ? error.message : said })
    })
  })
}

/** An entry of /etc/passwd. */
export interface PasswdEntry {
  readonly name: string
  readonly uid: number
  readonly gid: number
}

/** The machine's accounts, as far as /etc/passwd knows them. */
export async function readPasswd(path = '/etc/passwd'): Promise<readonly PasswdEntry[]> {
  const text = await readFile(path, 'utf8').catch(() => '')
  return text.split('\n').flatMap((line) => {
    const [name = '', , uid = '', gid = ''] = line.split(':')
    // macOS writes nobody's -2.
    return /^-?\d+$/.test(uid) && /^-?\d+$/.test(gid) ? [{ name, uid: Number(uid) >>> 0, gid: Number(gid) >>> 0 }] : []
  })
}

/** Whom root lets Postgres run as: the account made for it if there is one, else nobody. */
export function serviceAccount(entries: readonly PasswdEntry[]): Account {
  const entry =
    ['postgres', '_postgres', 'nobody'].map((name) => entries.find((each) => each.name === name)).find(Boolean) ??
    ({ name: 'nobody', uid: 65_534, gid: 65_534 } satisfies PasswdEntry)
  return { kind: 'user', ...entry }
}

/** The account of a folder's owner. initdb wants a name for it. */
export function accountOf(owner: { uid: number; gid: number }, entries: readonly PasswdEntry[]): Account {
  const name = entries.find(({ uid }) => uid === owner.uid)?.name ?? `user ${owner.uid}`
  return { kind: 'user', name, uid: owner.uid, gid: owner.gid }
}

/** Ourselves under a harmless number, which must have a name: initdb looks it up. */
export function mappedAccount(entries: readonly PasswdEntry[]): Account {
  const known = entries.find(({ name }) => name === 'nobody') ?? entries.find(({ uid }) => uid !== 0)
  return { kind: 'mapped', uid: known?.uid ?? 65_534 }
}
