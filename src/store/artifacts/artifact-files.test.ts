import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { artifactPutAt, putArtifact, readArtifact, removeArtifact } from './artifact-files.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keepfit-artifacts-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const BYTES = new TextEncoder().encode('a model')
const DIGEST = createHash('sha256').update(BYTES).digest('hex')
const place = () => join(folder, 'artifacts', DIGEST.slice(0, 2), DIGEST)

test('an artifact stands under its own digest, readable by its owner alone, with nothing beside it', async () => {
  expect(await putArtifact(folder, BYTES)).toBe(DIGEST)
  expect(await readFile(place(), 'utf8')).toBe('a model')
  expect((await stat(place())).mode & 0o777).toBe(0o600)
  expect(await readdir(join(folder, 'artifacts', DIGEST.slice(0, 2)))).toEqual([DIGEST])
  expect(await readArtifact(folder, DIGEST)).toEqual(Buffer.from(BYTES))
})

test('each read tells a flipped byte, and putting the artifact again mends it', async () => {
  await putArtifact(folder, BYTES)
  await writeFile(place(), 'a modeL')
  await expect(readArtifact(folder, DIGEST)).rejects.toMatchObject({ code: 'ARTIFACT_CORRUPT' })
  await putArtifact(folder, BYTES)
  expect(await readArtifact(folder, DIGEST)).toEqual(Buffer.from(BYTES))
})

test('putting an artifact again dates it anew', async () => {
  await putArtifact(folder, BYTES)
  await utimes(place(), 1000, 1000)
  expect(await artifactPutAt(folder, DIGEST)).toBe(1_000_000)
  await putArtifact(folder, BYTES)
  expect(await artifactPutAt(folder, DIGEST)).toBeGreaterThan(1_000_000)
})

test('a link in its place is refused, even one that leads to the very bytes', async () => {
  await putArtifact(folder, BYTES)
  await rename(place(), join(folder, 'outside'))
  await symlink(join(folder, 'outside'), place())
  await expect(readArtifact(folder, DIGEST)).rejects.toMatchObject({ code: 'ARTIFACT_CORRUPT' })
})

test('a folder in its place is damage, not a crash', async () => {
  await mkdir(place(), { recursive: true })
  await expect(readArtifact(folder, DIGEST)).rejects.toMatchObject({ code: 'ARTIFACT_CORRUPT' })
})

test('what is no digest is never looked for on disk', async () => {
  await writeFile(join(folder, 'secret'), 'x')
  for (const digest of ['../../secret', `${DIGEST}/..`, DIGEST.toUpperCase(), '', `${DIGEST}\n`])
    await expect(readArtifact(folder, digest)).rejects.toThrow('by its digest alone')
})

test('what is not there is not found, and may be removed', async () => {
  await expect(readArtifact(folder, DIGEST)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  await putArtifact(folder, BYTES)
  await removeArtifact(folder, DIGEST)
  await removeArtifact(folder, DIGEST)
  expect(await artifactPutAt(folder, DIGEST)).toBeNull()
  await expect(readArtifact(folder, DIGEST)).rejects.toMatchObject({ code: 'NOT_FOUND' })
})
