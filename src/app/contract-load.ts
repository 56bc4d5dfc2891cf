import { inputSchema } from '../cli/option-list.ts'
import { ContractDocument } from '../data/contract/learned/document.ts'
import { fileText, invalidFile, placedIn } from './config/file-text.ts'
import { pathOf, type Sentence, sentencesOf } from './config/sentences.ts'
import { readYaml } from './config/yaml-text.ts'

const SCHEMA = inputSchema(ContractDocument)
const MOST_BYTES = 16 * 1024 * 1024

/**
 * Reads a contract.
 * @throws Fault FILE_MISSING; FILE_UNREADABLE; CONFIG_INVALID with every problem (at most 20), each with its line
 */
export async function loadContract(path: string): Promise<ContractDocument> {
  return parseContract(await fileText(path, { what: 'contract', mostBytes: MOST_BYTES }), path)
}

/**
 * Reads the text of a contract.
 * @param file its path, for messages
 * @throws Fault CONFIG_INVALID with every problem (at most 20), each with its line
 */
export function parseContract(text: string, file: string): ContractDocument {
  const yaml = readYaml(text)
  if (yaml.problems.length > 0) throw invalidFile(file, yaml.problems)
  if (yaml.value === null || yaml.value === undefined)
    throw invalidFile(file, [{ line: 1, text: 'the file is empty; it must have version and columns' }])
  const parsed = ContractDocument.safeParse(yaml.value, { reportInput: true })
  if (parsed.success) return parsed.data
  const sentences = new Map<string, Sentence>()
  for (const issue of parsed.error.issues) {
    for (const sentence of sentencesOf(issue, pathOf(issue), { schema: SCHEMA, value: yaml.value }))
      sentences.set(sentence.text, sentence)
  }
  throw invalidFile(file, placedIn(yaml, sentences.values()))
}
