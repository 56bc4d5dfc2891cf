import { copyFile, type FileHandle, open, stat, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { ensureFolder } from '../../disk/durable-file.ts'

/** The log and the one before it are each at most about this long. Bytes. */
export const LOG_LIMIT = 4 * 1024 * 1024

export function logFile(folder: string): string {
  return join(folder, 'log', 'postgres.log')
}

/** Opens the log for a server to write to; it outlives us, as the server does. */
export async function openLog(folder: string): Promise<FileHandle> {
  await ensureFolder(join(folder, 'log'))
  await boundLog(folder)
  return open(logFile(folder), 'a', 0o600)
}

/**
 * Moves what a log that is too long holds into the one `.old` copy. The server goes on writing to the same file: it
 * only ever appends.
 * @param limit bytes
 */
export async function boundLog(folder: string, limit = LOG_LIMIT): Promise<void> {
  const path = logFile(folder)
  const size = (await stat(path).catch(() => undefined))?.size ?? 0
  if (size <= limit) return
  await copyFile(path, `${path}.old`)
  await truncate(path, 0)
}

/** What the server wrote since the log was `from` bytes long; at most the last 64 KiB. */
export async function logSince(folder: string, from: number): Promise<string> {
  const handle = await open(logFile(folder), 'r').catch(() => undefined)
  if (handle === undefined) return ''
  try {
    const { size } = await handle.stat()
    const start = Math.max(from <= size ? from : 0, size - 65_536)
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(size - start), 0, size - start, start)
    return buffer.toString('utf8', 0, bytesRead)
  } finally {
    await handle.close()
  }
}

/** The sentence of a log that says why the server ended. */
export function reasonIn(log: string): string | undefined {
  const line = log.split('\n').findLast((each) => /\b(?:FATAL|PANIC):/.test(each))
  return line?.replace(/^.*?\b(?:FATAL|PANIC):\s*/, '').trim()
}
