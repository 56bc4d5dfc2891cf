import { createHash } from 'node:crypto'
import { readFile, realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { assert } from '../../base/assert.ts'
import type { Instant } from '../../base/clock.ts'
import { errorCode } from '../../base/error-text.ts'
import { Fault } from '../../base/fault.ts'
import { ensureFolder, removeDurably, writeDurably } from '../disk/durable-file.ts'

const DIGEST = /^[0-9a-f]{64}$/

/**
 * Keeps an artifact under its own digest: `artifacts/<its first 2 digits>/<its 64 digits>`. Once this returns, it is there
 * even after a power cut. What stands there already is written anew: its bytes are then whole, and its date says that
 * somebody is about to use it, which garbage collection heeds.
 * @param dataFolder folder of all that Keepfit keeps
 * @returns SHA-256 of the bytes, 64 hexadecimal digits
 * @throws Fault DISK_FULL · FILE_UNREADABLE where writing is not allowed
 */
export async function putArtifact(dataFolder: string, bytes: Uint8Array): Promise<string> {
  const digest = sha256(bytes)
  await ensureFolder(join(dataFolder, 'artifacts', digest.slice(0, 2)))
  await writeDurably(pathOf(dataFolder, digest), bytes)
  return digest
}

/**
 * The bytes of an artifact, checked against its digest at each call.
 * @throws Fault NOT_FOUND when there is none · ARTIFACT_CORRUPT when its bytes are not those that were put, or its place
 * leads out of the folder
 */
export async function readArtifact(dataFolder: string, digest: string): Promise<Uint8Array> {
  const path = pathOf(dataFolder, digest)
  await refuseOtherPlace(dataFolder, digest)
  const bytes = await readFile(path).catch((error: unknown) => {
    throw unreadable(digest, error)
  })
  const found = sha256(bytes)
  if (found !== digest) {
    throw new Fault('ARTIFACT_CORRUPT', `the artifact ${digest} was damaged on disk: its bytes now have ${found}`, {
      digest,
      found,
    })
  }
  return bytes
}

/** When an artifact was last put (ms since 1970 UTC, by the file's date); null where there is none. */
export async function artifactPutAt(dataFolder: string, digest: string): Promise<Instant | null> {
  const found = await stat(pathOf(dataFolder, digest)).catch(() => null)
  return found === null ? null : found.mtimeMs
}

/** Removes an artifact for good. One that is not there is fine. */
export async function removeArtifact(dataFolder: string, digest: string): Promise<void> {
  await removeDurably(pathOf(dataFolder, digest))
}

/** A link in the artifact's place could lead anywhere. */
async function refuseOtherPlace(dataFolder: string, digest: string): Promise<void> {
  const [folder, place] = await Promise.all([
    realpath(join(dataFolder, 'artifacts')),
    realpath(pathOf(dataFolder, digest)),
  ]).catch((error: unknown) => {
    throw unreadable(digest, error)
  })
  if (place === join(folder, digest.slice(0, 2), digest)) return
  throw new Fault('ARTIFACT_CORRUPT', `the place of the artifact ${digest} leads elsewhere; it must be a plain file`, {
    digest,
  })
}

function pathOf(dataFolder: string, digest: string): string {
  assert(DIGEST.test(digest), 'an artifact is addressed by its digest alone')
  return join(dataFolder, 'artifacts', digest.slice(0, 2), digest)
}

function unreadable(digest: string, error: unknown): unknown {
  const code = errorCode(error)
  if (code === 'ENOENT') return new Fault('NOT_FOUND', `there is no artifact ${digest}`, { digest }, error)
  if (code !== 'EACCES' && code !== 'EISDIR' && code !== 'EIO') return error
  return new Fault('ARTIFACT_CORRUPT', `the artifact ${digest} cannot be read: ${String(code)}`, { digest }, error)
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
