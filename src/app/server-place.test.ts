import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Fault } from '../base/fault.ts'
import { findServer, nearestFolder, type ServerWords } from './server-place.ts'

let root: string
beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'keepfit-place-')))
})
afterEach(() => rm(root, { recursive: true }))

async function running(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'address'), 'http://127.0.0.1:7437\n')
  await writeFile(join(folder, 'token'), 'kf_a\n')
}

const find = (words: ServerWords, cwd = root) =>
  findServer(words, cwd).catch((error: unknown) => (error instanceof Fault ? error.code : String(error)))

describe('a command finds its server', () => {
  test('by the data folder here or in the nearest folder above', async () => {
    const deep = join(root, 'a', 'b')
    await mkdir(deep, { recursive: true })
    await running(join(root, '.keepfit'))
    const token = join(root, '.keepfit', 'token')
    expect(await find({}, deep)).toEqual({ url: 'http://127.0.0.1:7437', token: 'kf_a', tokenFrom: token })
    await mkdir(join(root, 'a', '.keepfit'))
    expect(await nearestFolder(deep)).toBe(join(root, 'a', '.keepfit'))
    // The nearest counts, even where nothing runs on it: asking another server would be worse than asking none.
    expect(await find({}, deep)).toBe('SERVER_UNAVAILABLE')
  })

  test('by what was said, before what lies about', async () => {
    await running(join(root, '.keepfit'))
    await running(join(root, 'other'))
    await writeFile(join(root, 'other', 'token'), 'kf_b')
    expect(await find({ data: 'other' })).toMatchObject({ token: 'kf_b', tokenFrom: join(root, 'other', 'token') })
    expect(await find({ url: 'https://k.example' })).toMatchObject({ url: 'https://k.example', token: 'kf_a' })
    expect(await find({ url: 'https://k.example', token: 'kf_c' })).toMatchObject({ tokenFrom: 'KEEPFIT_TOKEN' })
  })

  test('or says what is missing', async () => {
    expect(await find({ data: 'gone' })).toBe('SERVER_UNAVAILABLE')
    expect(await find({ url: 'http://k.example', data: 'gone' })).toBe('UNAUTHENTICATED')
    expect(await find({ url: 'ftp://k.example', token: 'kf_a' })).toBe('USAGE')
    expect(await find({ url: 'nonsense', token: 'kf_a' })).toBe('USAGE')
    await running(join(root, '.keepfit'))
    await rm(join(root, '.keepfit', 'token'))
    expect(await find({})).toBe('UNAUTHENTICATED')
  })
})
