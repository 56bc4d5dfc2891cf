import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream as WebStream } from 'node:stream/web'
import { writeDurably } from '../store/disk/durable-file.ts'

/** Writes bytes as they come: to a file, whole or not at all; with null to the standard output. */
export async function writeStream(path: string | null, body: ReadableStream<Uint8Array>): Promise<void> {
  const bytes = Readable.fromWeb(body as WebStream<Uint8Array>)
  if (path !== null) return writeDurably(path, bytes as AsyncIterable<Uint8Array>, { mode: 0o644 })
  await pipeline(bytes, process.stdout, { end: false })
}
