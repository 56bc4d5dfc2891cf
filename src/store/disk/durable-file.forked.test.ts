import { execFileSync, spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ensureFolder, freeBytes, removeDurably, writeDurably } from './durable-file.ts'
import { clearLeftovers } from './leftovers.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keepfit-disk-'))
})
afterEach(() => {
  vi.restoreAllMocks()
  process.umask(0o022)
  rmSync(folder, { recursive: true, force: true })
})

async function* parts(...texts: (string | Error)[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) {
    if (text instanceof Error) throw text
    yield Buffer.from(text)
  }
}

/** Each fsync from now on: of a file or a folder, and the names that the folder held at that moment. */
async function watchSyncs(): Promise<{ isFolder: boolean; names: string[] }[]> {
  const seen: { isFolder: boolean; names: string[] }[] = []
  const handle = await open(folder, 'r')
  const prototype = Object.getPrototypeOf(handle) as typeof handle
  await handle.close()
  const real = prototype.sync
  vi.spyOn(prototype, 'sync').mockImplementation(async function (this: typeof handle) {
    seen.push({ isFolder: (await this.stat()).isDirectory(), names: readdirSync(folder) })
    return real.call(this)
  })
  return seen
}

test('the bytes are synced before the name stands for them, and the name after', async () => {
  const seen = await watchSyncs()
  await writeDurably(join(folder, 'a'), parts('one ', 'two'))
  expect(seen.map(({ isFolder, names }) => [isFolder, names.includes('a'), names.length])).toEqual([
    [false, false, 1],
    [true, true, 1],
  ])
  expect(readFileSync(join(folder, 'a'), 'utf8')).toBe('one two')
})

test('text, bytes, parts and nothing are written as they are, over what was there', async () => {
  const path = join(folder, 'a')
  const large = new Uint8Array(3_000_000).map((_, i) => i % 251)
  const cases: [Parameters<typeof writeDurably>[1], Buffer][] = [
    ['grüße', Buffer.from('grüße')],
    [large, Buffer.from(large)],
    [parts('a', '', 'b'), Buffer.from('ab')],
    ['', Buffer.alloc(0)],
  ]
  for (const [content, expected] of cases) {
    await writeDurably(path, content)
    expect(readFileSync(path).equals(expected)).toBe(true)
  }
  expect(readdirSync(folder)).toEqual(['a'])
})

test('what fails half way leaves the old bytes and nothing else', async () => {
  const path = join(folder, 'a')
  await writeDurably(path, 'old')
  await expect(writeDurably(path, parts('new', new Error('the source broke')))).rejects.toThrow('the source broke')
  expect(readFileSync(path, 'utf8')).toBe('old')
  expect(readdirSync(folder)).toEqual(['a'])
})

test('a kill before the rename leaves no file under the name, and a leftover that is swept', async () => {
  const built = fileURLToPath(new URL('../../../dist/store/disk/durable-file.js', import.meta.url))
  const script = `
    const { writeDurably } = await import(${JSON.stringify(built)})
    async function* content() { yield Buffer.from('half'); process.kill(process.pid, 'SIGKILL'); yield Buffer.from('x') }
    await writeDurably(${JSON.stringify(join(folder, 'a'))}, content())`
  const { signal } = spawnSync(process.execPath, ['--input-type=module', '-e', script])
  expect(signal).toBe('SIGKILL')
  expect(existsSync(join(folder, 'a'))).toBe(false)
  const [left] = readdirSync(folder)
  expect(await clearLeftovers(folder, 0)).toEqual([])
  expect(await clearLeftovers(folder, Date.now() + 60_000)).toEqual([left])
  expect(readdirSync(folder)).toEqual([])
})

test('writers of one file at once leave the whole of one of them', async () => {
  const path = join(folder, 'a')
  const texts = Array.from({ length: 20 }, (_, i) => `${i} `.repeat(10_000))
  await Promise.all(texts.map((text) => writeDurably(path, text)))
  expect(texts).toContain(readFileSync(path, 'utf8'))
  expect(readdirSync(folder)).toEqual(['a'])
})

test('files and folders have the mode that was asked for, whatever the umask is', async () => {
  for (const umask of [0o000, 0o077]) {
    process.umask(umask)
    await writeDurably(join(folder, `f${umask}`), 'a')
    await writeDurably(join(folder, `g${umask}`), 'a', { mode: 0o644 })
    await ensureFolder(join(folder, `d${umask}`, 'e'))
    await ensureFolder(join(folder, `h${umask}`), 0o711)
    const modes = ['f', 'g', 'd', 'h'].map((name) => statSync(join(folder, `${name}${umask}`)).mode & 0o777)
    expect(modes).toEqual([0o600, 0o644, 0o700, 0o711])
  }
})

test('each folder that is made is synced, and the one that holds it; one that is there is left as it is', async () => {
  const seen = await watchSyncs()
  await ensureFolder(join(folder, 'a', 'b'))
  expect(seen.length).toBe(4)
  chmodSync(join(folder, 'a'), 0o750)
  await ensureFolder(join(folder, 'a', 'b'))
  await ensureFolder(join(folder, 'a'))
  expect(seen.length).toBe(4)
  expect(statSync(join(folder, 'a')).mode & 0o777).toBe(0o750)
})

test('a removed file is gone for good, and one that was not there is no error', async () => {
  await writeDurably(join(folder, 'a'), 'a')
  const seen = await watchSyncs()
  await removeDurably(join(folder, 'a'))
  expect(seen).toEqual([{ isFolder: true, names: [] }])
  await removeDurably(join(folder, 'a'))
})

test('a full disk and a used up quota are told as such', async () => {
  for (const [code, words] of [
    ['ENOSPC', 'the disk is full'],
    ['EDQUOT', 'the disk quota is used up'],
  ] as const) {
    const full = Object.assign(new Error(code), { code })
    await expect(writeDurably(join(folder, 'a'), parts('half', full))).rejects.toMatchObject({
      code: 'DISK_FULL',
      message: `${join(folder, 'a')} was not written: ${words}`,
    })
    expect(readdirSync(folder)).toEqual([])
  }
})

test('on a disk that is really full nothing is left of what did not fit, and the old file stays', () => {
  const built = fileURLToPath(new URL('../../../dist/store/disk/durable-file.js', import.meta.url))
  const script = `
    const { writeDurably, freeBytes } = await import(${JSON.stringify(built)})
    const { readdirSync, readFileSync } = await import('node:fs')
    await writeDurably('a', 'old')
    const before = await freeBytes('.')
    const error = await writeDurably('a', new Uint8Array(2_000_000)).catch((thrown) => thrown)
    const left = await freeBytes('.')
    console.log(JSON.stringify([error.code, readdirSync('.'), readFileSync('a', 'utf8'), before === left, before < 1e6]))`
  const command = 'mount -t tmpfs -o size=256k none "$0" && cd "$0" && exec "$1" --input-type=module -e "$2"'
  const words = ['--user', '--map-root-user', '--mount', 'sh', '-c', command, folder, process.execPath, script]
  try {
    execFileSync('unshare', ['--user', '--map-root-user', '--mount', 'true'], { stdio: 'ignore' })
  } catch {
    console.log('not shown here (no user namespaces on this machine): a disk that is really full')
    return
  }
  const output = execFileSync('unshare', words, { encoding: 'utf8' })
  expect(JSON.parse(output)).toEqual(['DISK_FULL', ['a'], 'old', true, true])
})

test('what cannot be written is told with its path and reason', async () => {
  writeFileSync(join(folder, 'file'), '')
  mkdirSync(join(folder, 'taken'))
  const cases: [() => Promise<unknown>, RegExp][] = [
    [() => writeDurably(join(folder, 'file', 'a'), 'x'), /file\/a cannot be written: a part of the path is a file/],
    [() => writeDurably(join(folder, 'taken'), 'x'), /taken cannot be written: there is a folder of that name/],
    [() => ensureFolder(join(folder, 'file')), /cannot be written: there is a file of that name/],
  ]
  for (const [attempt, message] of cases) {
    await expect(attempt()).rejects.toMatchObject({ code: 'FILE_UNREADABLE', message: expect.stringMatching(message) })
  }
  await expect(writeDurably(join(folder, 'absent', 'a'), 'x')).rejects.toMatchObject({ code: 'ENOENT' })
  expect(readdirSync(folder).sort()).toEqual(['file', 'taken'])
})

test('free bytes are those that df says', async () => {
  const fields = execFileSync('df', ['-Pk', folder], { encoding: 'utf8' }).split('\n')[1]?.split(/\s+/) ?? []
  // Others write at the same time.
  expect(Math.abs((await freeBytes(folder)) - Number(fields[3]) * 1024)).toBeLessThan(1e9)
})
