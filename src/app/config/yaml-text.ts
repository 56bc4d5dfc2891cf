import { isAlias, isMap, isNode, isScalar, isSeq, LineCounter, type Node, parseDocument, type YAMLMap } from 'yaml'

/** The way to a value: keys and positions in lists. */
export type Path = readonly (string | number)[]

/** Something wrong at a line of the file, in one sentence. */
export interface Problem {
  /** From 1. */
  readonly line: number
  readonly text: string
}

/** What a YAML text says, and on which line. */
export interface YamlText {
  /** Mappings have no prototype. */
  readonly value: unknown
  readonly problems: readonly Problem[]
  /** The line of a key, or of the nearest thing around it that is there. */
  lineOf(path: Path): number
}

/** Far more than any file holds, and little enough that aliases of aliases end in a sentence. */
const MOST_NODES = 200_000
const DEEPEST = 40

/**
 * Reads YAML 1.2 (JSON is YAML): text, numbers, true and false, lists and mappings. Keys are text and stand once. Tags, merge
 * keys and other schemas are refused: the file means what it looks like.
 */
export function readYaml(text: string): YamlText {
  const lines = new LineCounter()
  const lineAt = (offset: number) => Math.max(1, lines.linePos(offset).line)
  const options = { lineCounter: lines, prettyErrors: false, merge: false, uniqueKeys: false } as const
  let document: ReturnType<typeof parseDocument>
  try {
    document = parseDocument(text, { ...options, stringKeys: true, schema: 'core', resolveKnownTags: false })
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return { value: undefined, problems: [{ line: 1, text: TOO_DEEP }], lineOf: () => 1 }
  }
  const said = [...document.errors, ...document.warnings].map((error) => ({
    line: lineAt(error.pos[0]),
    text: `this is not the YAML that is read here: ${error.message.replace(/[.:]$/, '')}`,
  }))
  if (document.directives?.yaml.explicit === true && document.directives.yaml.version !== '1.2')
    said.unshift({ line: 1, text: `only YAML 1.2 is read; got %YAML ${document.directives.yaml.version}` })
  if (said.length > 0) return { value: undefined, problems: said, lineOf: () => 1 }
  return readNodes(document.contents, lineAt)
}

const TOO_DEEP = `lists and mappings may be ${DEEPEST} deep at most, aliases included`
const TOO_LONG = `there may be ${MOST_NODES} values at most, aliases included`

function readNodes(root: Node | null, lineAt: (offset: number) => number): YamlText {
  const anchors = new Map<string, Node>()
  const lineOfPath = new Map<string, number>()
  const problems: Problem[] = []
  let nodes = 0
  let isOver = false

  function readNode(node: unknown, path: Path, line: number): unknown {
    if (isOver) return undefined
    if (path.length > DEEPEST || ++nodes > MOST_NODES) {
      isOver = true
      problems.push({ line, text: path.length > DEEPEST ? TOO_DEEP : TOO_LONG })
      return undefined
    }
    if (isAlias(node)) {
      const target = anchors.get(node.source)
      if (target === undefined) problems.push({ line, text: `the alias *${node.source} has no anchor before it` })
      return target === undefined ? undefined : readNode(target, path, line)
    }
    if (isNode(node) && 'anchor' in node && node.anchor !== undefined) anchors.set(node.anchor, node)
    if (isScalar(node)) return node.value
    if (isMap(node)) return mappingOf(node, path, line)
    if (isSeq(node))
      return node.items.map((item, at) => readNode(item, [...path, at], placed(item, [...path, at], line)))
    return null
  }

  function mappingOf(node: YAMLMap, path: Path, around: number): Readonly<Record<string, unknown>> {
    const mapping: Record<string, unknown> = Object.create(null)
    for (const { key, value } of node.items) {
      const name = isScalar(key) ? String(key.value) : ''
      const isTwice = Object.hasOwn(mapping, name)
      const line = isTwice ? placed(key, [], around) : placed(key, [...path, name], around)
      if (name === '__proto__') problems.push({ line, text: `the key '__proto__' is not allowed` })
      else if (name === '<<' && isPlain(key))
        problems.push({ line, text: 'merge keys (<<) are not read; put what is shared under defaults' })
      else if (isTwice) problems.push({ line, text: `${keyNamed(path, name)} stands twice` })
      else mapping[name] = readNode(value, [...path, name], line)
    }
    return mapping
  }

  function placed(node: unknown, path: Path, around: number): number {
    const line = isNode(node) && node.range ? lineAt(node.range[0]) : around
    if (path.length > 0) lineOfPath.set(JSON.stringify(path), line)
    return line
  }

  const value = root === null ? null : readNode(root, [], 1)
  return { value, problems, lineOf: (path) => nearestLine(lineOfPath, path) }
}

/** Written without quotes; in quotes it is a name like any other. */
function isPlain(key: unknown): boolean {
  return isScalar(key) && key.type === 'PLAIN'
}

function nearestLine(lineOfPath: ReadonlyMap<string, number>, path: Path): number {
  for (let length = path.length; length > 0; length--) {
    const line = lineOfPath.get(JSON.stringify(path.slice(0, length)))
    if (line !== undefined) return line
  }
  return 1
}

function keyNamed(path: Path, key: string): string {
  return path.length === 0 ? `the key '${key}'` : `the key '${key}' in ${pathText(path)}`
}

/** `models.churn.triggers[0]`. */
export function pathText(path: Path): string {
  return path
    .map((key, at) => {
      if (typeof key === 'number') return `[${key}]`
      if (!/^[\w-]+$/.test(key)) return `[${JSON.stringify(key)}]`
      return at === 0 ? key : `.${key}`
    })
    .join('')
}
