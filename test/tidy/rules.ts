import { builtinModules } from 'node:module'
import { circles, FLOORS, floorOf, roomOf, wrongWays } from './floors.ts'
import { codeOf, importsOf, lineAt, type SourceText } from './source.ts'
import { repeatedTestNames } from './test-names.ts'

/** What a rule found in one file. */
export interface Found {
  readonly line: number
  readonly message: string
}

export interface Violation extends Found {
  readonly rule: string
  readonly path: string
}

interface Rule {
  readonly id: string
  /** Which files it reads. */
  readonly reads: (path: string) => boolean
  readonly find: (file: SourceText) => readonly Found[]
}

export const MAX_LINES = 300
/** Files that may be longer, each with its reason. */
const LONG_FILES: Readonly<Record<string, string>> = {}

const PURE_ROOMS = ['stats', 'data', 'learners', 'detectors', 'triggers', 'gates', 'watch', 'loop']
const INDEXING_ROOMS = ['stats', 'data', 'learners']
const VAGUE = /^(?:utils?|helpers?|common|shared|types?|managers?|core|services?)$/
const KEBAB = /^[a-z0-9]+(?:-[a-z0-9]+)*$/

const isScript = (path: string) => path.endsWith('.ts')
const isTest = (path: string) => path.endsWith('.test.ts')
const inSrc = (path: string) => path.startsWith('src/') && isScript(path)
const inProduct = (path: string) => inSrc(path) && !isTest(path)
const inOurs = (path: string) => /^(?:src|test|bench)\//.test(path) && isScript(path)
const inRooms = (rooms: readonly string[]) => (path: string) => inProduct(path) && rooms.includes(roomOf(path) ?? '')

/** A rule that refuses a pattern in the code, outside comments and strings. */
function refuses(id: string, reads: Rule['reads'], pattern: RegExp, message: string): Rule {
  return { id, reads, find: ({ text }) => matchesIn(codeOf(text), pattern, message) }
}

function matchesIn(text: string, pattern: RegExp, message: string): Found[] {
  return [...text.matchAll(pattern)].map((match) => ({ line: lineAt(text, match.index), message }))
}

export const RULES: readonly Rule[] = [
  { id: 'imports-go-down', reads: inSrc, find: wrongWays },
  {
    id: 'known-room',
    reads: inSrc,
    find: ({ path }) => {
      const room = roomOf(path)
      const isKnown = room === undefined ? path === 'src/index.ts' : floorOf(room) !== undefined
      return isKnown ? [] : [{ line: 1, message: `there is no such room; there are: ${FLOORS.flat().join(', ')}` }]
    },
  },
  {
    id: 'pure-rooms',
    reads: inRooms(PURE_ROOMS),
    find: ({ text }) =>
      importsOf(text)
        .filter(({ specifier }) => specifier.startsWith('node:') || builtinModules.includes(specifier))
        .map(({ line, specifier }) => ({
          line,
          message: `${specifier}: this room computes; the world comes through ports`,
        })),
  },
  {
    id: 'ts-endings',
    reads: inOurs,
    find: ({ text }) =>
      importsOf(text)
        .filter(({ specifier }) => specifier.startsWith('.') && !/\.(?:ts|json)$/.test(specifier))
        .map(({ line, specifier }) => ({ line, message: `${specifier}: a relative import ends in .ts` })),
  },
  {
    id: 'short-files',
    reads: inOurs,
    find: ({ path, text }) => {
      const lines = text.replace(/\n$/, '').split('\n').length
      const isAllowed = lines <= MAX_LINES || LONG_FILES[path] !== undefined
      return isAllowed ? [] : [{ line: lines, message: `${lines} lines; at most ${MAX_LINES}` }]
    },
  },
  { id: 'file-names', reads: inOurs, find: badNames },
  {
    id: 'no-barrels',
    reads: (path) => inProduct(path) && path !== 'src/index.ts',
    find: ({ text }) => (isBarrel(text) ? [{ line: 1, message: 'only re-exports; import from the file itself' }] : []),
  },
  refuses(
    'one-clock',
    (path) => inProduct(path) && path !== 'src/base/clock.ts',
    /\bDate\.now\b|\bnew Date(?:\(\s*\)|(?!\s*[\w$(.]))|\bperformance\.now\b/g,
    'the time comes from a Clock (base/clock.ts)',
  ),
  refuses('seeded-randomness', inOurs, /\bMath\.random\b/g, 'randomness comes from an Rng (base/rng.ts)'),
  refuses(
    'one-environment',
    (path) => inProduct(path) && path !== 'src/app/env.ts',
    /\bprocess\.env\b/g,
    'the environment is read in app/env.ts only',
  ),
  refuses(
    'named-exports',
    (path) => inOurs(path) && !path.endsWith('.config.ts'),
    /^\s*export\s+default\b|\bas default\b/gm,
    'exports have names',
  ),
  refuses(
    'no-any',
    inOurs,
    /\bas\s+any\b|[:<,|&=(]\s*any\b(?=\s*[>)\],;=|&[{]|\s*$)/gm,
    'any switches the compiler off',
  ),
  refuses(
    'checked-indexing',
    (path) => inProduct(path) && !INDEXING_ROOMS.includes(roomOf(path) ?? ''),
    /\]!(?!=)/g,
    `x[i]! is for ${INDEXING_ROOMS.join(', ')}; check, or write \`as T\` and why`,
  ),
  {
    id: 'tests-in-test-files',
    reads: (path) => inOurs(path) && !isTest(path),
    find: ({ text }) =>
      importsOf(text).some(({ specifier }) => specifier === 'vitest' || specifier === 'node:test')
        ? matchesIn(codeOf(text), /(?<![\w.$])(?:test|it|describe)(?:\.\w+)*\s*\(/g, 'tests are in *.test.ts')
        : [],
  },
  refuses(
    'all-tests-run',
    inOurs,
    /\b(?:test|it|describe|suite)(?:\.\w+)*\.(?:only|skip|todo)\b|\bx(?:it|test|describe)\s*\(/g,
    'each test runs, always',
  ),
  {
    id: 'test-names-differ',
    reads: (path) => inOurs(path) && isTest(path),
    find: ({ text }) => repeatedTestNames(text).map(({ line, name }) => ({ line, message: `"${name}" is taken` })),
  },
  {
    // Reads everything the repository holds, comments and documents too.
    id: 'no-machine-traces',
    reads: () => true,
    find: ({ text }) => [
      ...matchesIn(text, /(?<![\w.~/-])\/(?:work|root|home)\//g, 'a path of one machine'),
      ...matchesIn(
        text,
        /\bregistry\.(?:npmjs|yarnpkg|npmmirror)\.\w+|\bfiles\.pythonhosted\.org|\bpypi\.org\/simple|\bproxy\.golang\.org/g,
        'a registry host; the user has one of their own',
      ),
      ...matchesIn(text, /"resolved": "https?:|--(?:extra-)?index-url|--registry[ =]http/g, 'names a registry'),
    ],
  },
]

/** Rules that need all files at once. */
const WHOLE_RULES: readonly {
  id: string
  find: (files: readonly SourceText[]) => readonly (Found & { path: string })[]
}[] = [{ id: 'no-circles', find: (files) => circles(files.filter(({ path }) => inSrc(path))) }]

export const RULE_IDS: readonly string[] = [...RULES, ...WHOLE_RULES].map(({ id }) => id)

/** All violations, in the order of the rules. */
export function violationsIn(files: readonly SourceText[]): Violation[] {
  return [
    ...RULES.flatMap(({ id, reads, find }) =>
      files
        .filter(({ path }) => reads(path))
        .flatMap((file) => find(file).map((found) => ({ rule: id, path: file.path, ...found }))),
    ),
    ...WHOLE_RULES.flatMap(({ id, find }) => find(files).map((found) => ({ rule: id, ...found }))),
  ]
}

function badNames({ path }: SourceText): Found[] {
  const parts = path.replace(/(?:\.[a-z]+)*\.ts$/, '').split('/')
  return parts.flatMap((part) => {
    if (!KEBAB.test(part)) return [{ line: 1, message: `"${part}" is not kebab-case` }]
    const vague = [part, part.split('-').at(-1) as string].find((word) => VAGUE.test(word))
    return vague === undefined ? [] : [{ line: 1, message: `"${vague}" says nothing; name what it holds` }]
  })
}

function isBarrel(text: string): boolean {
  const code = codeOf(text)
  const rest = code.replace(/^\s*export\s+(?:type\s+)?(?:\*(?:\s+as\s+\w+)?|\{[^}]*\})\s*from\s*(['"])\s*\1;?/gm, '')
  return code.trim() !== '' && rest.trim() === ''
}
