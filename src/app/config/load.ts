import { Fault } from '../../base/fault.ts'
import { fileText, invalidFile, placedIn } from './file-text.ts'
import { CONFIG_JSON_SCHEMA } from './json-schema.ts'
import { ConfigFile, MODEL_NAME, ModelSettings } from './schema.ts'
import { pathOf, type Sentence, sentencesOf } from './sentences.ts'
import { type Path, readYaml } from './yaml-text.ts'

/** A configuration file that was read and found good. */
export interface KeepfitConfig {
  /** Path of the file, as it was given. */
  readonly file: string
  /** By name, in the order of the file; `defaults` are merged in. At least one. */
  readonly models: ReadonlyMap<string, ModelSettings>
}

const MOST_BYTES = 4 * 1024 * 1024

/**
 * Reads `keepfit.yaml`.
 * @throws Fault FILE_MISSING; FILE_UNREADABLE; CONFIG_INVALID with every problem (at most 20), each with its line
 */
export async function loadConfig(path: string): Promise<KeepfitConfig> {
  return parseConfig(await fileText(path, { what: 'configuration file', mostBytes: MOST_BYTES }), path)
}

/**
 * Reads the text of a configuration file.
 * @param file its path, for messages
 * @throws Fault CONFIG_INVALID with every problem (at most 20), each with its line
 */
export function parseConfig(text: string, file: string): KeepfitConfig {
  const yaml = readYaml(text)
  if (yaml.problems.length > 0) throw invalidFile(file, yaml.problems)
  if (yaml.value === null || yaml.value === undefined)
    throw invalidFile(file, [{ line: 1, text: 'the file is empty; it must have version and models' }])

  const sentences = new Map<string, Sentence>()
  const complain = (issues: readonly Issue[], placed: (path: Path) => Path) => {
    for (const issue of issues)
      for (const sentence of sentencesOf(issue, placed(pathOf(issue)), {
        schema: CONFIG_JSON_SCHEMA,
        value: yaml.value,
      }))
        sentences.set(sentence.text, sentence)
  }
  complain(ConfigFile.safeParse(yaml.value, { reportInput: true }).error?.issues ?? [], (path) => path)
  const models = new Map<string, ModelSettings>()
  const defaults = mappingAt(yaml.value, 'defaults')
  for (const [name, own] of Object.entries(mappingAt(yaml.value, 'models'))) {
    if (!isMapping(own) || !MODEL_NAME.test(name)) continue
    const parsed = ModelSettings.safeParse({ ...defaults, ...own }, { reportInput: true })
    if (parsed.success) models.set(name, parsed.data)
    else complain(parsed.error.issues, (path) => whereMeant(path, { name, own, defaults }))
  }
  if (sentences.size === 0 && models.size === 0) {
    const none = 'models must name at least one model; got an empty mapping'
    sentences.set(none, { path: ['models'], text: none })
  }
  if (sentences.size > 0) throw invalidFile(file, placedIn(yaml, sentences.values()))
  return { file, models }
}

type Issue = Parameters<typeof sentencesOf>[0]

/** Where a complaint about a merged model belongs: a key that only `defaults` have is wrong there. */
function whereMeant(
  path: Path,
  { name, own, defaults }: { readonly name: string; readonly own: object; readonly defaults: object },
): Path {
  const [key] = path
  const isShared = typeof key === 'string' && !Object.hasOwn(own, key) && Object.hasOwn(defaults, key)
  return isShared ? ['defaults', ...path] : ['models', name, ...path]
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function mappingAt(value: unknown, key: string): Readonly<Record<string, unknown>> {
  const inner = isMapping(value) && Object.hasOwn(value, key) ? value[key] : undefined
  return isMapping(inner) ? inner : {}
}

/**
 * The settings of one model.
 * @param name may be left out where the file has one model only
 * @throws Fault USAGE when no model is called so
 */
export function modelNamed(config: KeepfitConfig, name?: string): readonly [string, ModelSettings] {
  const names = [...config.models.keys()]
  const wanted = name ?? (names.length === 1 ? names[0] : undefined)
  const settings = wanted === undefined ? undefined : config.models.get(wanted)
  if (wanted !== undefined && settings !== undefined) return [wanted, settings]
  const there = `there are: ${names.slice(0, 20).join(', ')}${names.length > 20 ? ', …' : ''}`
  if (name === undefined) throw new Fault('USAGE', `${config.file} has ${names.length} models; say which; ${there}`)
  throw new Fault('USAGE', `no model of ${config.file} is called '${name}'; ${there}`)
}
