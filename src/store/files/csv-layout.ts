import { Fault } from '../../base/fault.ts'
import type { FileFormat } from './locate-files.ts'

/** How a delimited file is laid out, as far as its first lines tell. */
export interface CsvLayout {
  readonly delimiter: string
  /** Cells of the header line as they are. */
  readonly header: readonly string[]
  /** Lines above the header that are empty or hold spaces only. */
  readonly blankLines: number
  /** Those of them that hold spaces. */
  readonly spacedLines: number
}

const DELIMITERS = [',', ';', '\t', '|']

/** Rows that vote on the delimiter. */
const VOTERS = 50

/**
 * Finds the delimiter under which the first rows agree best with the header, and the header itself.
 *
 * @param head the first characters of the file, with line ends \n, \r\n or \r
 * @throws Fault DATA_INVALID when there is no header line, or one of numbers only
 */
export function csvLayout(path: string, format: FileFormat, head: string): CsvLayout {
  const blank = /^(?:[ \t]*(?:\r\n|\n|\r))*/.exec(head)?.[0] ?? ''
  const body = head.slice(blank.length)
  if (body.trim() === '') throw new Fault('DATA_INVALID', `'${path}' is empty`)
  const ordered = format === 'tsv' ? ['\t', ...DELIMITERS] : DELIMITERS
  let best: { delimiter: string; header: readonly string[]; agreement: number } | undefined
  for (const delimiter of ordered) {
    const [header = [], ...rows] = records(body, delimiter, VOTERS + 1)
    if (header.length < 2) continue
    const agreeing = rows.filter((row) => row.length === header.length).length
    const agreement = rows.length === 0 ? 1 : agreeing / rows.length
    const isBetter = best === undefined || agreement > best.agreement
    const isWider = best?.agreement === agreement && header.length > best.header.length
    if (isBetter || isWider) best = { delimiter, header, agreement }
  }
  const header = best?.header ?? records(body, '\0', 1)[0] ?? []
  if (header.every((cell) => cell.trim() !== '' && Number.isFinite(Number(cell)))) {
    throw new Fault(
      'DATA_INVALID',
      `the first line of '${path}' holds numbers only (${header.slice(0, 3).join(', ')}${header.length > 3 ? ', …' : ''}); it must name the columns`,
    )
  }
  const blanks = blank.split(/\r\n|\n|\r/).slice(0, -1)
  const spacedLines = blanks.filter((line) => line !== '').length
  return { delimiter: best?.delimiter ?? ',', header, blankLines: blanks.length, spacedLines }
}

/** The first records of delimited text (RFC 4180). The last one is left out when the text may end inside it. */
function records(text: string, delimiter: string, limit: number): string[][] {
  const found: string[][] = []
  let record: string[] = []
  let field = ''
  let isQuoted = false
  for (let i = 0; i < text.length && found.length < limit; i++) {
    const c = text[i] as string
    if (isQuoted) {
      if (c !== '"') field += c
      else if (text[i + 1] === '"') field += text[++i] as string
      else isQuoted = false
    } else if (c === '"' && field.trim() === '') {
      isQuoted = true
      field = ''
    } else if (c === delimiter) {
      record.push(field)
      field = ''
    } else if (c === '\n' || c === '\r') {
      if (c === '\r' && text[i + 1] === '\n') i++
      if (record.length > 0 || field !== '') found.push([...record, field])
      record = []
      field = ''
    } else field += c
  }
  const isWhole = found.length === 0 && !isQuoted
  return isWhole ? [[...record, field]] : found
}
