/**
 * Makes package-lock.json work on every platform and with every registry. Run it after each change of dependencies:
 *
 *     node scripts/complete-lock.mjs            writes
 *     node scripts/complete-lock.mjs --check    only says what it would write; exit 1 if anything
 *
 * Why: packages with native code list one optional package per platform. A registry mirror that lacks one of them makes
 * npm leave it out of the lock file, and then `npm ci` is refused on *every* machine ("Missing: @duckdb/node-bindings-
 * darwin-arm64@… from lock file"). The missing entries are added here with what the name says: version, os, cpu, libc.
 * They carry no integrity hash, because nobody here has seen the file; npm asks the registry for it when it installs
 * one. npm skips an entry whose os, cpu or libc is not the machine's, so elsewhere they cost nothing.
 *
 * It also removes `resolved` addresses of registries: they would tie every user to the registry of whoever wrote the
 * lock. Addresses of git repositories and local files stay, since there the address is the version. Running it twice
 * changes nothing.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const SYSTEMS = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32']
const PROCESSORS = ['arm', 'arm64', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'wasm32', 'x64']

/**
 * @param {{ packages: Record<string, object> }} lock changed in place
 * @returns {string[]} what was changed, one line each
 */
export function completeLock(lock) {
  const changes = []
  for (const [path, entry] of Object.entries(lock.packages)) {
    if (/^https?:\/\//.test(entry.resolved ?? '')) {
      delete entry.resolved
      changes.push(`${path}: removed the registry's address`)
    }
    for (const [name, range] of Object.entries(entry.optionalDependencies ?? {})) {
      if (isPresent(lock.packages, path, name, range)) continue
      // An entry of another version may sit at the top; then this one belongs below its own parent, as npm would put it.
      const top = `node_modules/${name}`
      const target = lock.packages[top] === undefined ? top : `${path}/${top}`
      lock.packages[target] = optionalEntry(name, range, entry)
      changes.push(`${target}: added ${lock.packages[target].version}`)
    }
  }
  // npm keeps the entries sorted; a lock in its own order gives readable diffs.
  lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en')))
  return changes
}

/** Looks where Node would: below the package itself, then below each package around it. */
function isPresent(packages, path, name, range) {
  for (
    let place = path;
    ;
    place = place.includes('/node_modules/') ? place.slice(0, place.lastIndexOf('/node_modules/')) : ''
  ) {
    const found = packages[`${place === '' ? '' : `${place}/`}node_modules/${name}`]
    if (found !== undefined) return isRange(range) || found.version === range
    if (place === '') return false
  }
}

const isRange = (version) => !/^\d+\.\d+\.\d+([-+][\w.+-]+)?$/.test(version)

function optionalEntry(name, range, parent) {
  const version = range.replace(/^[\^~=v]+/, '')
  if (isRange(version)) throw new Error(`${name}: cannot choose a version for "${range}"; install it once by hand`)
  const words = name.split(/[/-]/)
  const os = words.filter((word) => SYSTEMS.includes(word))
  const cpu = words.filter((word) => PROCESSORS.includes(word))
  // Only where the name or a sibling for musl tells the two apart: a static binary runs on both.
  const isGlibc =
    words.some((word) => word.startsWith('gnu')) || parent.optionalDependencies[`${name}-musl`] !== undefined
  const libc = words.includes('musl') ? 'musl' : isGlibc ? 'glibc' : undefined
  return {
    version,
    ...(cpu.length > 0 && { cpu }),
    ...(parent.dev && { dev: true }),
    ...(libc !== undefined && { libc: [libc] }),
    optional: true,
    ...(os.length > 0 && { os }),
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const file = join(dirname(dirname(fileURLToPath(import.meta.url))), 'package-lock.json')
  const isCheck = process.argv.includes('--check')
  const before = readFileSync(file, 'utf8')
  const lock = JSON.parse(before)
  const changes = completeLock(lock)
  const after = `${JSON.stringify(lock, null, 2)}\n`
  for (const change of changes) console.log(change)
  if (!isCheck && after !== before) writeFileSync(file, after)
  if (changes.length === 0) console.log('package-lock.json is complete.')
  process.exitCode = isCheck && changes.length > 0 ? 1 : 0
}
