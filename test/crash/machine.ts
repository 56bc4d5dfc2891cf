import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'

/** Makes a disk of a folder, in memory. @returns whether this user may */
export function mountedDisk(folder: string, megabytes: number): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'none', folder], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** The lines that Postgres writes about itself; none where it does not run. */
export function postmasterFile(folder: string): readonly string[] {
  return textOf(join(textOf(join(folder, 'moved-to')).trim() || folder, 'data', 'postmaster.pid')).split('\n')
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

/** One that nobody has now: after each restart clients must find the server where it was. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  await new Promise<void>((done) => server.close(() => done()))
  return port
}
