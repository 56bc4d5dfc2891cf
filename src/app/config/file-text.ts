import { readFile } from 'node:fs/promises'
import { Fault } from '../../base/fault.ts'
import type { Sentence } from './sentences.ts'
import type { Problem, YamlText } from './yaml-text.ts'

const MOST_PROBLEMS = 20

/**
 * The text of a file that a person wrote.
 *
 * @param what what the file is, for messages: `configuration file`
 * @param mostBytes larger files are refused
 * @throws Fault FILE_MISSING; FILE_UNREADABLE; CONFIG_INVALID when it is too large or no UTF-8
 */
export async function fileText(
  path: string,
  { what, mostBytes }: { readonly what: string; readonly mostBytes: number },
): Promise<string> {
  let bytes: Uint8Array
  try {
    bytes = await readFile(path)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ENOENT' || code === 'ENOTDIR') throw new Fault('FILE_MISSING', `there is no ${what} '${path}'`)
    const why = code === 'EISDIR' ? 'it is a folder' : error instanceof Error ? error.message : String(error)
    throw new Fault('FILE_UNREADABLE', `the ${what} '${path}' cannot be read: ${why}`, {}, error)
  }
  if (bytes.length > mostBytes)
    throw new Fault('CONFIG_INVALID', `${path}:1: the file has ${bytes.length} bytes; at most ${mostBytes} are read`)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    throw new Fault('CONFIG_INVALID', `${path}:1: the file must be UTF-8 text; got other bytes`, {}, error)
  }
}

/** Complaints about a document, each at its line, in the order of the lines. */
export function placedIn(yaml: YamlText, sentences: Iterable<Sentence>): Problem[] {
  const problems = Array.from(sentences, ({ path, text }) => ({ line: yaml.lineOf(path), text }))
  return problems.sort((a, b) => a.line - b.line)
}

/** What is wrong with a file, at most 20 problems of it, a line each. */
export function invalidFile(file: string, problems: readonly Problem[]): Fault {
  const shown = problems.slice(0, MOST_PROBLEMS).map(({ line, text }) => `${file}:${line}: ${text}`)
  const rest = problems.length - shown.length
  if (rest > 0) shown.push(`… and ${rest} more`)
  return new Fault('CONFIG_INVALID', shown.join('\n'), { problems })
}
