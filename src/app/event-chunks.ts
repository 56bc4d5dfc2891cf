import { createReadStream } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { Fault } from '../base/fault.ts'
import type { EventChunk } from '../cli/event-chunk.ts'
import { type TableMapping, tableEvents } from '../data/table-events.ts'
import { readTable } from '../store/files/read-table.ts'

/** Events of one request. Count. */
const MOST_EVENTS = 1_000
/** The server reads 8 MiB; a request stays below. Bytes. */
const MOST_BYTES = 4 * 2 ** 20

/**
 * The events of a file in pieces of one request each: lines as they are, or a table's rows as events.
 * @throws Fault FILE_MISSING, FILE_UNREADABLE, and what reading a table throws
 */
export function eventChunks(file: string, mapping: TableMapping | null): AsyncGenerator<EventChunk> {
  return mapping === null ? lineChunks(file) : tableChunks(file, mapping)
}

async function* lineChunks(file: string): AsyncGenerator<EventChunk> {
  const found = await stat(file).catch((error: unknown) => {
    throw new Fault('FILE_MISSING', `there is no file '${file}'`, {}, error)
  })
  if (found.isDirectory()) throw new Fault('FILE_UNREADABLE', `'${file}' is a folder: name its files`)
  const { size } = found
  await refuseBinary(file)
  let held = ''
  let read = 0
  let line = 1
  let lines: string[] = []
  let bytes = 0
  const take = (): EventChunk => {
    const chunk = {
      text: lines.join('\n'),
      events: lines.filter((one) => one.trim() !== '').length,
      firstLine: line,
      share: size === 0 ? 1 : read / size,
    }
    line += lines.length
    lines = []
    bytes = 0
    return chunk
  }
  const stream = createReadStream(file, { encoding: 'utf8', highWaterMark: 2 ** 20 })
  for await (const part of stream as AsyncIterable<string>) {
    read += Buffer.byteLength(part)
    const whole = (held + part).split('\n')
    held = whole.pop() ?? ''
    for (const one of whole) {
      if (lines.length >= MOST_EVENTS || bytes + one.length > MOST_BYTES) yield take()
      lines.push(one)
      bytes += one.length
    }
  }
  if (held !== '') lines.push(held)
  if (lines.some((one) => one.trim() !== '')) yield take()
}

/** A table given where events are awaited is told apart before its first bytes are sent. */
async function refuseBinary(file: string): Promise<void> {
  const handle = await open(file)
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4096), 0, 4096, 0)
    const text = buffer.subarray(0, bytesRead).toString('utf8').trimStart()
    if (text === '' || text.startsWith('{')) return
    throw new Fault(
      'FILE_UNREADABLE',
      `'${file}' does not hold one event in JSON a line; a table (CSV, Parquet, JSON Lines) needs --model, --time and --id`,
    )
  } finally {
    await handle.close()
  }
}

async function* tableChunks(file: string, mapping: TableMapping): AsyncGenerator<EventChunk> {
  const kinds = { ...kindOf(mapping.time), ...kindOf(mapping.labelTime) }
  const { frame } = await readTable(file, { kinds })
  const { rows, eventsOf } = tableEvents(frame, mapping)
  let lines: string[] = []
  let first = 1
  for (let row = 0; row < rows; row++) {
    lines.push(...eventsOf(row).map((event) => JSON.stringify(event)))
    if (lines.length < MOST_EVENTS && row < rows - 1) continue
    yield { text: lines.join('\n'), events: lines.length, firstLine: first, share: (row + 1) / rows }
    first += lines.length
    lines = []
  }
}

function kindOf(column: string | undefined): Record<string, 'time'> {
  return column === undefined ? {} : { [column]: 'time' }
}
