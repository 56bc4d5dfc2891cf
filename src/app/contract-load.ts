import { readFile } from 'node:fs/promises'
import { Fault } from '../base/fault.ts'
import { inputSchema } from '../cli/option-list.ts'
import { ContractDocument } from '../data/contract/learned/document.ts'
import { type Sentence, sentencesOf } from './config/sentences.ts'
import { type Problem, readYaml } from './config/yaml-text.ts'

const SCHEMA = inputSchema(ContractDocument)
const MOST_BYTES = 16 * 1024 * 1024
const MOST_PROBLEMS = 20

/**
 * Reads a contract.
 * @throws Fault FILE_MISSING; FILE_UNREADABLE; CONFIG_INVALID with every problem (at most 20), each with its line
 */
export async function loadContract(path: string): Promise<ContractDocument> {
  return parseContract(await textOf(path), path)
}

/**
 * Reads the text of a contract.
 * @param file its path, for messages
 * @throws Fault CONFIG_INVALID with every problem (at most 20), each with its line
 */
export function parseContract(text: string, file: string): ContractDocument {
  const yaml = readYaml(text)
  if (yaml.problems.length > 0) throw invalid(file, yaml.problems)
  if (yaml.value === null || yaml.value === undefined)
    throw invalid(file, [{ line: 1, text: 'the file is empty; it must have version and columns' }])
  const parsed = ContractDocument.safeParse(yaml.value, { reportInput: true })
  if (parsed.success) return parsed.data
  const sentences = new Map<string, Sentence>()
  for (const issue of parsed.error.issues) {
    const path = issue.path.map((key) => (typeof key === 'symbol' ? String(key) : key))
    for (const sentence of sentencesOf(issue, path, { schema: SCHEMA, value: yaml.value }))
      sentences.set(sentence.text, sentence)
  }
  const problems = Array.from(sentences.values(), ({ path, text: said }) => ({ line: yaml.lineOf(path), text: said }))
  throw invalid(
    file,
    problems.sort((a, b) => a.line - b.line),
  )
}

async function textOf(path: string): Promise<string> {
  let bytes: Uint8Array
  try {
    bytes = await readFile(path)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ENOENT' || code === 'ENOTDIR') throw new Fault('FILE_MISSING', `there is no contract '${path}'`)
    const why = code === 'EISDIR' ? 'it is a folder' : error instanceof Error ? error.message : String(error)
    throw new Fault('FILE_UNREADABLE', `the contract '${path}' cannot be read: ${why}`, {}, error)
  }
  if (bytes.length > MOST_BYTES)
    throw new Fault('CONFIG_INVALID', `${path}:1: the file has ${bytes.length} bytes; at most ${MOST_BYTES} are read`)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    throw new Fault('CONFIG_INVALID', `${path}:1: the file must be UTF-8 text; got other bytes`, {}, error)
  }
}

function invalid(file: string, problems: readonly Problem[]): Fault {
  const shown = problems.slice(0, MOST_PROBLEMS).map(({ line, text }) => `${file}:${line}: ${text}`)
  const rest = problems.length - shown.length
  if (rest > 0) shown.push(`… and ${rest} more`)
  return new Fault('CONFIG_INVALID', shown.join('\n'), { problems })
}
