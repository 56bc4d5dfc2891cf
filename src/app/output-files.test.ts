import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { Fault } from '../base/fault.ts'
import { checkPlace, writeNewText, writeText } from './output-files.ts'

let root = ''
let folder = ''
let made = 0
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'keepfit-output-'))
})
beforeEach(async () => {
  folder = join(root, String(++made))
  await mkdir(folder)
})
afterAll(() => rm(root, { recursive: true, force: true }))

const inside = (name: string) => join(folder, name)

/** What was said against it, without the folder; 'fine' where nothing was. */
async function said(work: Promise<void>): Promise<string> {
  return work.then(
    () => 'fine',
    (error: unknown) => {
      if (!(error instanceof Fault)) throw error
      return `${error.code}: ${error.message.replaceAll(folder, '.')}`
    },
  )
}

describe('a place for a file', () => {
  test('is fine where nothing stands, and for what is replaced also where a file does', async () => {
    await writeFile(inside('old'), 'a')
    expect(await said(checkPlace(inside('fresh'), 'any'))).toBe('fine')
    expect(await said(checkPlace(inside('fresh'), 'new'))).toBe('fine')
    expect(await said(checkPlace(inside('old'), 'any'))).toBe('fine')
  })

  test('must be empty for what is written once', async () => {
    await writeFile(inside('old'), 'a')
    expect(await said(checkPlace(inside('old'), 'new'))).toBe(
      "USAGE: './old' cannot be written: something stands there already",
    )
  })

  test('is neither a folder nor a device, which would be replaced', async () => {
    await symlink('/dev/null', inside('device'))
    expect(await said(checkPlace(folder, 'any'))).toBe("USAGE: '.' cannot be written: it is a folder")
    expect(await said(checkPlace(inside('device'), 'any'))).toBe(
      "USAGE: './device' cannot be written: it is not a regular file",
    )
  })

  test('lies in a folder that is there', async () => {
    expect(await said(checkPlace(inside('no/out.json'), 'any'))).toBe(
      "USAGE: './no/out.json' cannot be written: there is no folder './no'",
    )
    expect(await said(checkPlace('', 'any'))).toBe('USAGE: the path of a file to write is empty')
  })
})

describe('a written file', () => {
  test('replaces what stood there, and leaves nothing beside it', async () => {
    await writeFile(inside('out'), 'old')
    await writeText(inside('out'), 'new')
    expect(await readFile(inside('out'), 'utf8')).toBe('new')
    expect(await readdir(folder)).toEqual(['out'])
  })

  test('that must be new leaves what stands there as it is', async () => {
    expect(await said(writeNewText(inside('out'), 'first'))).toBe('fine')
    expect(await said(writeNewText(inside('out'), 'second'))).toBe(
      "USAGE: './out' cannot be written: something stands there already",
    )
    expect(await readFile(inside('out'), 'utf8')).toBe('first')
    expect(await readdir(folder)).toEqual(['out'])
  })

  test('that fails says so of its own name, not of the one it is written under first', async () => {
    expect(await said(writeText(inside('no/out'), 'x'))).toBe(
      "USAGE: './no/out' cannot be written: there is no folder './no'",
    )
  })
})
