/**
 * Compiles `src` into `dist`; run directly it always does (`npm run build`), `bin/keepfit` does it only when needed.
 *
 * Two processes may build at the same time (two terminals, parallel tests): each compiles into a directory of its own
 * inside `dist` and moves the files over one by one. A rename is atomic, so nobody ever reads half a file or finds one
 * missing, and whoever comes last leaves the same result.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)))
const ENTRY = join('app', 'main.js')
const STAGING = '.build-'

/** Whether `dist` is missing or older than the newest source it is made from. */
export function isBuildStale(root = ROOT) {
  const entry = join(root, 'dist', ENTRY)
  if (!existsSync(entry)) return true
  const builtAt = statSync(entry).mtimeMs
  return [...sourcesOf(root)].some((file) => statSync(file).mtimeMs > builtAt)
}

/**
 * Compiles and moves the result into `dist`.
 * @returns {{ ok: true } | { ok: false, message: string }} the compiler's own words when it refuses
 */
export function build(root = ROOT) {
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  if (!existsSync(compiler)) {
    return { ok: false, message: 'The TypeScript compiler is not installed; run `npm ci` first.' }
  }
  const startedAt = new Date()
  const dist = join(root, 'dist')
  mkdirSync(dist, { recursive: true })
  removeAbandoned(dist)
  const staging = join(dist, STAGING + process.pid)
  try {
    const args = [compiler, '-p', 'tsconfig.build.json', '--outDir', staging]
    const run = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' })
    if (run.status !== 0) {
      const said = `${run.stdout ?? ''}${run.stderr ?? ''}`.trim()
      return {
        ok: false,
        message: `The build failed.\n${said || run.error?.message || `tsc ended with ${run.signal}`}`,
      }
    }
    const entry = join(staging, ENTRY)
    // A source saved while the compiler ran must count as newer than this build.
    utimesSync(entry, startedAt, startedAt)
    for (const file of [...filesIn(staging)].filter((path) => path !== entry)) moveInto(dist, staging, file)
    // The entry's time says how fresh the whole build is, so it goes last.
    moveInto(dist, staging, entry)
    return { ok: true }
  } finally {
    rmSync(staging, { recursive: true, force: true })
  }
}

function moveInto(dist, staging, file) {
  const target = join(dist, relative(staging, file))
  mkdirSync(dirname(target), { recursive: true })
  renameSync(file, target)
}

/** Everything that decides what the compiler writes. Tests are left out: saving one must not cost a build. */
function* sourcesOf(root) {
  for (const name of ['tsconfig.json', 'tsconfig.build.json']) yield join(root, name)
  for (const file of filesIn(join(root, 'src'))) if (!file.endsWith('.test.ts')) yield file
}

function* filesIn(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) yield* filesIn(path)
    else yield path
  }
}

/** Staging directories of builds that were killed. */
function removeAbandoned(dist) {
  for (const name of readdirSync(dist)) {
    if (name.startsWith(STAGING) && !isAlive(Number(name.slice(STAGING.length)))) {
      rmSync(join(dist, name), { recursive: true, force: true })
    }
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const result = build()
  if (!result.ok) {
    console.error(result.message)
    process.exitCode = 1
  }
}
