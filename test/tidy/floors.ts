import type { Found } from './rules.ts'
import { importsOf, resolveFrom, type SourceText } from './source.ts'

/** The rooms of `src`, from the ground up. Imports only go down. */
export const FLOORS: readonly (readonly string[])[] = [
  ['base'],
  ['stats', 'data', 'learners'],
  ['detectors', 'triggers', 'gates'],
  ['watch', 'loop', 'models', 'pipeline', 'gateway', 'backtest', 'live'],
  ['store', 'trainers', 'runtimes', 'integrations'],
  ['http', 'cli'],
  ['app'],
]

/** The only steps sideways. */
const SIDEWAYS: Readonly<Record<string, readonly string[]>> = {
  data: ['stats'],
  learners: ['stats'],
  backtest: ['watch', 'loop'],
  live: ['watch', 'loop', 'models', 'pipeline'],
  cli: ['http'],
  pipeline: ['models'],
}

const ADAPTERS = 4
const DOMAIN = 3
const FRONT_DOORS = 5

/**
 * Adapters implement the domain's ports, so they name its types and call nothing of it. The one exception: a trainer
 * writes and a runtime reads the same artifact envelope, and the same ONNX file in it; that code must not exist twice.
 */
const CALLABLE_FROM_ADAPTERS = new Set([
  'src/models/artifact.ts',
  'src/models/onnx-artifact.ts',
  'src/models/onnx-file.ts',
])

/** The floor of a room, or undefined when there is no such room. */
export function floorOf(room: string): number | undefined {
  const floor = FLOORS.findIndex((rooms) => rooms.includes(room))
  return floor < 0 ? undefined : floor
}

/** The room of a path under `src`; `src/index.ts`, the package's public face, has none and stands above all. */
export function roomOf(path: string): string | undefined {
  const [top, room, file] = path.split('/')
  return top === 'src' && file !== undefined ? room : undefined
}

/** Each import that does not go down the house. Tests set their stage with anything that is not above them. */
export function wrongWays(file: SourceText): Found[] {
  const from = roomOf(file.path)
  const floor = from === undefined ? FLOORS.length : floorOf(from)
  if (!file.path.startsWith('src/') || floor === undefined) return []
  const isTest = file.path.endsWith('.test.ts')
  const found: Found[] = []
  for (const { specifier, line, isTypeOnly } of importsOf(file.text)) {
    if (!specifier.startsWith('.')) continue
    const target = resolveFrom(file.path, specifier)
    const complaint = isTest ? whyNotInTest(floor, target) : whyNot({ room: from, floor }, target, isTypeOnly)
    if (complaint !== undefined) found.push({ line, message: `${specifier}: ${complaint}` })
  }
  return found
}

function whyNotInTest(floor: number, target: string): string | undefined {
  const to = floorOf(roomOf(target) ?? '')
  return to !== undefined && to > floor
    ? `a test on floor ${floor} reaches up to floor ${to}; put it in test/`
    : undefined
}

interface Importer {
  readonly room: string | undefined
  readonly floor: number
}

function whyNot({ room, floor }: Importer, target: string, isTypeOnly: boolean): string | undefined {
  if (!target.startsWith('src/')) return 'src imports nothing outside src'
  const toRoom = roomOf(target)
  if (toRoom === undefined) return 'no room imports the public face of the package'
  const to = floorOf(toRoom)
  if (to === undefined || toRoom === room) return undefined
  if (to > floor) return `floor ${floor} (${room}) reaches up to floor ${to} (${toRoom})`
  if (to === floor) {
    return SIDEWAYS[room ?? '']?.includes(toRoom)
      ? undefined
      : `${room} and ${toRoom} stand side by side on floor ${floor}`
  }
  if (floor === FRONT_DOORS && to === ADAPTERS) return `${room} gets its adapters from app, never from ${toRoom}`
  if (floor === ADAPTERS && to === DOMAIN && !isTypeOnly && !CALLABLE_FROM_ADAPTERS.has(target)) {
    return `${room} may name types of ${toRoom} (import type), not call it`
  }
  return undefined
}

/** Files that import each other in a circle, each circle once. Type imports count: a circle of ideas is one too. */
export function circles(files: readonly SourceText[]): (Found & { path: string })[] {
  const paths = new Set(files.map((file) => file.path))
  const edges = new Map(
    files.map((file) => [
      file.path,
      importsOf(file.text)
        .filter(({ specifier }) => specifier.startsWith('.'))
        .map(({ specifier }) => resolveFrom(file.path, specifier))
        .filter((target) => paths.has(target)),
    ]),
  )
  const found: (Found & { path: string })[] = []
  const finished = new Set<string>()
  const visit = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path)
    if (start >= 0) {
      found.push({ path, line: 1, message: [...trail.slice(start), path].join(' → ') })
      return
    }
    if (finished.has(path)) return
    for (const next of edges.get(path) ?? []) visit(next, [...trail, path])
    finished.add(path)
  }
  for (const path of edges.keys()) visit(path, [])
  return found
}
