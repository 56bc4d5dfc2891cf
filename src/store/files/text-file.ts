import { isUtf8 } from 'node:buffer'
import { createReadStream, createWriteStream } from 'node:fs'
import { open } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { Fault } from '../../base/fault.ts'
import { fileFault } from './duck-db.ts'
import type { LocatedFile } from './locate-files.ts'

/** A file that DuckDB can read as UTF-8 text with one kind of line end. */
export interface TextFile {
  readonly path: string
  readonly isGzip: boolean
  /** The first characters, without a byte order mark. Cut off at HEAD_BYTES. */
  readonly head: string
  /** Lines of the whole file, the header and empty lines among them. */
  readonly lines: number
  readonly emptyLines: number
  readonly notes: readonly string[]
}

/** What a whole file was found to hold. */
interface Survey {
  readonly isUtf8: boolean
  readonly ends: LineEnds
  readonly firstZero: number
  readonly bytes: number
  readonly head: Buffer
  /** There is no line end behind the last line. */
  readonly endsInLine: boolean
}

interface LineEnds {
  lf: number
  crlf: number
  cr: number
  /** Line ends straight after a line end. */
  empty: number
}

const ENCODING_TITLES = { 'utf-16le': 'UTF-16', 'utf-16be': 'UTF-16', 'windows-1252': 'Latin-1' } as const

const HEAD_BYTES = 1_048_576
const GZIP = Buffer.from([0x1f, 0x8b])
const PARQUET = Buffer.from('PAR1')
const NEWLINE = 0x0a
const RETURN = 0x0d

/**
 * Looks through a text file once and, when it is not plain UTF-8 with one kind of line end, writes a mended copy.
 *
 * @param scratch gives a path for the copy
 * @param maxBytes look at about this many bytes only
 * @throws Fault FILE_UNREADABLE for bytes that are no text, DATA_INVALID for a file without any
 */
export async function openTextFile(
  file: LocatedFile,
  scratch: () => Promise<string>,
  maxBytes = Number.POSITIVE_INFINITY,
): Promise<TextFile> {
  const start = await firstBytes(file, 4)
  if (start.equals(PARQUET)) {
    throw new Fault('FILE_UNREADABLE', `'${file.path}' is a Parquet file; its name must end in .parquet`)
  }
  const isGzip = start.subarray(0, 2).equals(GZIP)
  const notes: string[] = []
  if (isGzip !== file.path.toLowerCase().endsWith('.gz')) {
    notes.push(`'${file.path}' is ${isGzip ? '' : 'not '}gzip-compressed, unlike its name says; it was read as it is`)
  }
  const survey = await surveyOf(file, isGzip, maxBytes)
  const encoding = encodingOf(file, survey)
  const { lf, crlf, cr } = survey.ends
  const isMixed = [lf - crlf, crlf, cr - crlf].filter((count) => count > 0).length > 1
  if (encoding === 'utf-8' && !isMixed) return { path: file.absolute, isGzip, notes, ...summaryOf(survey) }
  if (encoding !== 'utf-8') {
    notes.push(`'${file.path}' is not valid UTF-8; it was read as ${ENCODING_TITLES[encoding]}`)
  } else notes.push(`'${file.path}' has more than one kind of line end; each was read as a line feed`)
  const path = await scratch()
  await rewrite(file, isGzip, encoding, path)
  const mended = await surveyOf({ ...file, absolute: path }, false, maxBytes)
  return { path, isGzip: false, notes, ...summaryOf(mended) }
}

function summaryOf({ head, ends, endsInLine }: Survey): Pick<TextFile, 'head' | 'lines' | 'emptyLines'> {
  const lines = ends.lf + ends.cr - ends.crlf + (endsInLine ? 1 : 0)
  return { head: new TextDecoder().decode(head), lines, emptyLines: ends.empty }
}

async function firstBytes(file: LocatedFile, count: number): Promise<Buffer> {
  try {
    const handle = await open(file.absolute)
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(count), 0, count, 0)
      return buffer.subarray(0, bytesRead)
    } finally {
      await handle.close()
    }
  } catch (error) {
    throw fileFault(error, file.path)
  }
}

function bytesOf(file: LocatedFile, isGzip: boolean): Readable {
  const raw = createReadStream(file.absolute, { highWaterMark: HEAD_BYTES })
  if (!isGzip) return raw
  const unzipped = createGunzip({ chunkSize: HEAD_BYTES })
  raw.on('error', (error) => unzipped.destroy(error))
  return raw.pipe(unzipped)
}

async function surveyOf(file: LocatedFile, isGzip: boolean, maxBytes: number): Promise<Survey> {
  const ends: LineEnds = { lf: 0, crlf: 0, cr: 0, empty: 0 }
  const survey = { isUtf8: true, ends, firstZero: -1, bytes: 0, head: Buffer.alloc(0) }
  let carried = Buffer.alloc(0)
  let before = NEWLINE
  try {
    for await (const piece of bytesOf(file, isGzip)) {
      const bytes: Buffer = piece
      if (survey.head.length < HEAD_BYTES) {
        survey.head = Buffer.concat([survey.head, bytes.subarray(0, HEAD_BYTES - survey.head.length)])
      }
      if (survey.firstZero < 0 && bytes.includes(0)) survey.firstZero = survey.bytes + bytes.indexOf(0)
      countLineEnds(bytes, before, ends)
      before = bytes[bytes.length - 1] ?? before
      survey.bytes += bytes.length
      if (survey.isUtf8) {
        const joined = carried.length === 0 ? bytes : Buffer.concat([carried, bytes])
        const cut = characterBoundary(joined)
        survey.isUtf8 = isUtf8(joined.subarray(0, cut))
        carried = Buffer.from(joined.subarray(cut))
      }
      if (survey.bytes < maxBytes) continue
      carried = Buffer.alloc(0)
      break
    }
  } catch (error) {
    throw fileFault(error, file.path)
  }
  survey.isUtf8 &&= isUtf8(carried)
  return { ...survey, endsInLine: before !== NEWLINE && before !== RETURN }
}

function countLineEnds(bytes: Buffer, before: number, ends: LineEnds): void {
  const previous = (at: number) => (at < 0 ? before : bytes[at])
  for (let at = bytes.indexOf(NEWLINE); at !== -1; at = bytes.indexOf(NEWLINE, at + 1)) {
    const isPair = previous(at - 1) === RETURN
    ends.lf += 1
    if (isPair) ends.crlf += 1
    if (previous(at - (isPair ? 2 : 1)) === NEWLINE) ends.empty += 1
  }
  for (let at = bytes.indexOf(RETURN); at !== -1; at = bytes.indexOf(RETURN, at + 1)) {
    ends.cr += 1
    if (previous(at - 1) === RETURN) ends.empty += 1
  }
}

/** Where the last whole UTF-8 character ends: a character may be cut by the end of a chunk. */
function characterBoundary(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(4, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0
    if ((byte & 0xc0) === 0x80) continue
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1
    return length > back ? bytes.length - back : bytes.length
  }
  return bytes.length
}

type Encoding = 'utf-8' | keyof typeof ENCODING_TITLES

function encodingOf(file: LocatedFile, survey: Survey): Encoding {
  const { head } = survey
  if (survey.bytes === 0) throw new Fault('DATA_INVALID', `'${file.path}' is empty`)
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le'
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be'
  if (survey.firstZero >= 0) {
    throw new Fault('FILE_UNREADABLE', `'${file.path}' is not text: byte ${survey.firstZero + 1} is zero`)
  }
  if (survey.isUtf8) return 'utf-8'
  const odd = head.filter((byte) => byte < 0x20 && byte !== 0x09 && byte !== NEWLINE && byte !== RETURN).length
  if (odd > head.length / 100) {
    throw new Fault(
      'FILE_UNREADABLE',
      `'${file.path}' is not text: ${odd} of its first ${head.length} bytes are control characters`,
    )
  }
  return 'windows-1252'
}

/** Writes the file as UTF-8 with line feeds. A carriage return at the end of a chunk waits for the next one. */
async function rewrite(file: LocatedFile, isGzip: boolean, encoding: Encoding, path: string): Promise<void> {
  const decoder = new TextDecoder(encoding)
  let held = ''
  const mend = new Transform({
    transform(bytes: Buffer, _encoding, done) {
      const text = held + decoder.decode(bytes, { stream: true })
      held = text.endsWith('\r') ? '\r' : ''
      done(null, text.slice(0, text.length - held.length).replaceAll(/\r\n?/g, '\n'))
    },
    flush(done) {
      done(null, (held + decoder.decode()).replaceAll(/\r\n?/g, '\n'))
    },
  })
  try {
    await pipeline(bytesOf(file, isGzip), mend, createWriteStream(path))
  } catch (error) {
    throw fileFault(error, file.path)
  }
}
